"""What the clock and the lead do about help in place of blame."""
