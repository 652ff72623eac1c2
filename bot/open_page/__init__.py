"""The open page: what was promised, every rule, every message and every field, for all to read."""
