"""The form of each request and response of the operators' API."""
