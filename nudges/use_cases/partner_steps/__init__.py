"""What the clock and the lead do about an organisation's public steps."""
