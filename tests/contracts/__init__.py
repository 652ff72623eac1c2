"""One suite for every way of filling a port."""
