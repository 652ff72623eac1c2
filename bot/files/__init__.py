"""Loads partnership, people and campaign files."""
