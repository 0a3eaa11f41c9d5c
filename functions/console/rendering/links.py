"""Addresses of the console's pages."""

from urllib.parse import urlencode


def address(path: str, **query: object) -> str:
    """The path with those values of the query that are neither None nor empty."""
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path
