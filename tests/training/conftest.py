"""These tests train and run networks, so they need torch. Where it is not installed they are not collected, and the
head of the report says so: in an environment with the extra `train`, `pytest tests/training` runs them."""

from __future__ import annotations

from importlib.util import find_spec

MISSING = find_spec("torch") is None
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header() -> str:
    return "training: NOT RUN, torch is not installed" if MISSING else "training: with torch"
