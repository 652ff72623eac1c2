"""One verb per file: ports in, values out."""
