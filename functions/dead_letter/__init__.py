"""Alerts customer service of notifications whose ladder is exhausted."""
