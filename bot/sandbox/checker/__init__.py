"""A second opinion on a headless run."""
