"""Whether a request that changes something comes from a page of the console itself."""

from urllib.parse import urlsplit

from console.request import Request


def is_same_origin(request: Request) -> bool:
    """By `Sec-Fetch-Site`, which a page cannot forge; by `Origin` where a browser does not send it; else not."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
