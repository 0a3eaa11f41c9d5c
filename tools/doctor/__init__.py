"""Looks whether everything that a stack needs is there and alive, and says what to do where it is not."""
