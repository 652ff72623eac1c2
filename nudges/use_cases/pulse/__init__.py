"""What the clock and the lead do about the pulse and goals."""
