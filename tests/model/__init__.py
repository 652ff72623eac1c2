"""Random histories of a small partnership, checked against what the log says."""
