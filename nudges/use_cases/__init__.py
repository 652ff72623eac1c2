"""What the clock and the lead do, by subject: ports in, values out."""
