"""What a tap or a word does about things heard, ideas, tests and the problem tree."""
