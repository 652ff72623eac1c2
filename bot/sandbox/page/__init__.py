"""The sandbox's page: what it shows, and what a visit does."""
