"""Peers of our own that answer over real HTTP."""
