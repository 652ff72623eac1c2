"""Templates to neutral messages, forms, tables and files."""
