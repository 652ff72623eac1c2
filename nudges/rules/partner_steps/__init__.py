"""What is decided about an organisation's public steps: plain functions on values."""
