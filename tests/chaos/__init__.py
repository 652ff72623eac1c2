"""Kills processes and breaks connections on purpose."""
