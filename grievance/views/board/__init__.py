"""Pages of the seats of the Board."""
