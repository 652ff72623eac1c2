"""Rows of each table, there and back."""
