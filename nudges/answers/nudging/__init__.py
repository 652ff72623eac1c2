"""What a tap or a word does about the weekly step."""
