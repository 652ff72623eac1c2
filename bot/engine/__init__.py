"""Brings ticks to the schedule that the database holds."""
