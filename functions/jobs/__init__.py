"""Redrives, resolves or cancels many notifications at a rate."""
