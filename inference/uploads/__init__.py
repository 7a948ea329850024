"""Files that people send in: what they are, before anything else opens them."""
