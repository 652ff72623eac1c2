"""What every verb holds while it runs."""
