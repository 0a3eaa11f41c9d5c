"""The routes of the operators' API, by resource; the docstring of a route is its text in the OpenAPI document."""
