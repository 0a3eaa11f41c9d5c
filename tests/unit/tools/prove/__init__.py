"""The books of a soak, and what it plants and disturbs."""
