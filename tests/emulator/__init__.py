"""Milepost against an independent emulator of Slack, over real HTTP with its own signatures."""
