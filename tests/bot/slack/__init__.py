"""Tests of the Slack adapter, over real HTTP."""
