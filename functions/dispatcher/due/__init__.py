"""What is due, found in the due index and sent."""
