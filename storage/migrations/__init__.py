"""Changes of the tables, oldest first: expand, then contract."""
