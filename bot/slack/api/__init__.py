"""Calls to Slack: one at a time, at a pace, each failure with its meaning."""
