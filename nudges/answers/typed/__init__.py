"""What a tap or a word does about typed words."""
