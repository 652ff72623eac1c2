"""What is decided about the open page: plain functions on values."""
