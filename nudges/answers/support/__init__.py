"""What a tap or a word does about help in place of blame."""
