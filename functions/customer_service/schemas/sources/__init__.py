"""The types of requests and responses about sources."""
