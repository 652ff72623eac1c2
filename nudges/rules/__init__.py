"""Decisions over values, by subject; they know no ports."""
