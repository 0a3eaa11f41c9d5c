"""Submits a notification of Herald's own, where `CanaryPartnerId` is set."""
