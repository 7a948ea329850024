"""The model `recut-1` at run time: numpy around the networks of `inference.model`, which an engine runs."""
