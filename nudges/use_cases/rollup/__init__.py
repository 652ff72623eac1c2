"""What the clock and the lead do about the Friday post."""
