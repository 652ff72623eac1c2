"""What is configured, reachable and due."""
