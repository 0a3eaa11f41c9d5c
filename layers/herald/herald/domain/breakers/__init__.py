"""A partner's breaker, and what people and Herald change about it. Pure."""
