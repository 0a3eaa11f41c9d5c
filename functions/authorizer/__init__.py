"""API Gateway's authorizer: checks the API key of a request."""
