"""What a tap or a word does about campaigns and their lead."""
