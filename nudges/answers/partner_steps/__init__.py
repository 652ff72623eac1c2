"""What a tap or a word does about an organisation's public steps."""
