"""Plain functions on frozen values: what a partnership agreed, as code."""
