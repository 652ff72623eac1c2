"""What each tap, form and typed word does: one file per kind of thing that is answered."""
