"""Frozen values and their own transitions: one noun to a file."""
