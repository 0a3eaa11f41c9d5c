"""The partner's breaker, before an attempt and after it."""
