"""What is decided about the Friday post: plain functions on values."""
