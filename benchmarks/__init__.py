"""Side-by-side measurements: ratios of one run, never times of two machines."""
