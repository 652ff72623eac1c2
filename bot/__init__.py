"""Talks: everything that touches the world."""
