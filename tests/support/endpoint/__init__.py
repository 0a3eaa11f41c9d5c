"""Addresses for the tests of what Herald connects to."""
