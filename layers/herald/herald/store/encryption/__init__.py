"""Secrets that are stored encrypted under a KMS key, and who reads them."""
