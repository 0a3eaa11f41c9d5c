"""Reads of the DynamoDB indexes, page by page."""
