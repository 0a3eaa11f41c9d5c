"""Polls, queue and deliverer, simulated within the quotas of AWS."""
