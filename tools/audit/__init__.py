"""The audit: proves that each accepted notification is stored, and that its items are consistent."""
