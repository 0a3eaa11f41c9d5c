"""Samples for the pages of the console."""
