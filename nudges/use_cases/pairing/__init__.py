"""What the clock and the lead do about people who meet across organisations."""
