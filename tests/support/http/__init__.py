"""HTTP on both sides: events of API Gateway, servers that misbehave."""
