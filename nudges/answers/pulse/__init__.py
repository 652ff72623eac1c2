"""What a tap or a word does about the pulse and goals."""
