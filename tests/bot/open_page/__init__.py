"""The open page: what it shows, and to whom."""
