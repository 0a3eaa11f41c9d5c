"""The deployed stack, as end-to-end tests use it."""
