"""Whole stories, told through the sandbox on a clock that is moved."""
