"""What needs a GPU: `make gpu`. It asks nothing of the network."""
