"""What people decide about a notification. Pure."""
