"""Tests of `bot/web`."""
