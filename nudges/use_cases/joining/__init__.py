"""What the clock and the lead do about coming in and going."""
