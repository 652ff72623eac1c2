"""Tests of `bot/slack/install`."""
