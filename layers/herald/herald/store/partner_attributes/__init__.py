"""Attributes of a partner's item that are written one by one, beside the partner itself."""
