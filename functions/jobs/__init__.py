"""Redrives, resolves or cancels many notifications at a rate, and fills the index `acceptance`."""
