"""The books of a soak: what it left, and the rules by which that is judged. Pure."""
