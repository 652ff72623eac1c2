"""Tests of `bot/sandbox/personas`."""
