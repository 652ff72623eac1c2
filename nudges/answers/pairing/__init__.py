"""What a tap or a word does about people who meet across organisations."""
