"""Whether a request that changes something comes from a page of the console itself.

Beside the token of each form: OWASP's "Cross-Site Request Forgery Prevention", Fetch Metadata with `Origin` as the
second choice. A browser sets both headers itself; no page can.
"""

from collections.abc import Mapping


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """By `Sec-Fetch-Site`, or where a browser does not send it, by `Origin`; False where it sends neither."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin", "").partition("://")[2] == headers.get("host", "") != ""
