"""The registry of partners: the review of their addresses, changes, and new secrets."""
