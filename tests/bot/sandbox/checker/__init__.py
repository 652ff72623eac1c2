"""Tests of `bot/sandbox/checker`."""
