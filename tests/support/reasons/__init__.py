"""Reasons for tests: any, each that the code can make, and a look at all that a test made."""
