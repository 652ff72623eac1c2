"""What is decided about campaigns and their lead: plain functions on values."""
