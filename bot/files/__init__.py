"""Loads partnership, people and campaign files. Most bring pydantic: import those inside a command only."""
