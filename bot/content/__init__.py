"""What ships to be said and decided: remembered, compared, previewed."""
