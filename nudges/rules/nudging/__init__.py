"""What is decided about the weekly step: plain functions on values."""
