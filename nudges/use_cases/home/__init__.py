"""What the clock and the lead do about a person's own page."""
