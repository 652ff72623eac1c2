"""What a tap or a word does about a person's own choices."""
