"""Which stack the tools work with: its file, and the names of its resources."""
