"""What is decided about people who meet across organisations: plain functions on values."""
