"""The lists of notifications, page by page."""
