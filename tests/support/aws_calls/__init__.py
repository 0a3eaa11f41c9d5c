"""Checks of what is asked of AWS: constraints that moto and the local engine do not check, and permissions."""
