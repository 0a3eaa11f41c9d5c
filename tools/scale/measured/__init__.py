"""One poll, measured against a server of prepared answers."""
