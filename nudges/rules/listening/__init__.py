"""What is decided about things heard, ideas, tests and the problem tree: plain functions on values."""
