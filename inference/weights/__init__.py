"""The weights of `recut-1`: how they are stored, and where they lie once they are part of the project."""
