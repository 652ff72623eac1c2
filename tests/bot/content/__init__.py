"""Tests of `bot/content`."""
