"""Engines run exported networks: `ports.py` says what they all do, `choose.py` opens one by its name."""
