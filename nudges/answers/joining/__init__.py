"""What a tap or a word does about coming in and going."""
