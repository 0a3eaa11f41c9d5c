"""The stack on the local engine, and its functions in containers."""
