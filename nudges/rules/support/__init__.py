"""What is decided about help in place of blame: plain functions on values."""
