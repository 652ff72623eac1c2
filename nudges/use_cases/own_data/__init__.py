"""What the clock and the lead do about what is held about one person, and its end."""
