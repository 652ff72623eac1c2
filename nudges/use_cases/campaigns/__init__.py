"""What the clock and the lead do about campaigns and their lead."""
