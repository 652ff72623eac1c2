"""What is decided about typed words: plain functions on values."""
