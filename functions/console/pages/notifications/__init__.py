"""The pages of notifications: the story of one, and the search."""
