"""Adding the app to workspaces, and what is kept of each."""
