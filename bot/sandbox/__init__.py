"""The sandbox platform: a real one, in a browser page."""
