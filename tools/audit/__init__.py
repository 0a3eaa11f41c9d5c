"""Proves the books: every notification that was accepted is somewhere, and in one mind about itself."""
