"""A history that never happened: drawn from a seed, decided by the domain, written through the event store."""
