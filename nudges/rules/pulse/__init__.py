"""What is decided about the pulse and goals: plain functions on values."""
