"""The form of a request to Herald and of a signed request to a partner: envelope, strict JSON, signature."""
