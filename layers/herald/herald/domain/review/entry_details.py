"""The details of an entry in a partner's history, such as `url: https://shop.example/notify`; never a secret. Pure."""

from typing import Any

from herald.domain.limits.extra_headers import names_of_changes
from herald.endpoint.host_review import with_ascii_form


def change_details(changes: dict[str, Any]) -> str:
    """Of changes by the names of the attributes of `Partner`."""
    return "; ".join(_detail(name, value) for name, value in changes.items())


def address_details(url: str | None, *, internal: bool) -> str:
    """Of an address; that it is internal is said, that it is not is not."""
    return f"url: {with_ascii_form(url) if url else 'none'}" + "; internal: true" * internal


def _detail(name: str, value: Any) -> str:  # noqa: ANN401 - the value of any field
    match name:
        case "proposed_url":
            return address_details(value, internal=False)
        case "proposed_internal":
            return f"internal: {'true' if value else 'false'}"
        case "headers":
            return f"headers: {names_of_changes(value)}"
        case "rate_per_second":
            return f"ratePerSecond: {value or 'none'}"
        case _:
            return f"{name}: {value or 'none'}"
