"""What the clock and the lead do about things heard, ideas, tests and the problem tree."""
