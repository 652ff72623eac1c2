"""What a tap or a word does, by subject."""
