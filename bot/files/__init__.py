"""Loads partnership, people and campaign files. It brings pydantic: import it inside a command only."""
