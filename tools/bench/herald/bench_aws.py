"""What a task asks of the server besides AWS's requests: to fill the tables, and what it has counted."""

import json
import os
from typing import Any, Final
from urllib.request import Request, urlopen

SPREAD: Final = 50_000  # ms in which the new notifications were accepted: less than a poll looks back again


def fill_due(first: int, count: int, among: int) -> None:
    """So many new notifications of `among` partners, numbered from `first` on."""
    _ask("due", first=first, count=count, among=among, spread=SPREAD)


def fill_delivered(count: int, spread: int) -> None:
    """So many notifications of the first partner, delivered and accepted in the last `spread` ms."""
    _ask("delivered", count=count, spread=spread)


def books() -> dict[str, Any]:
    """`requests` by operation, `readUnits`, messages `sent` by queue, notifications by state (`states`), so far."""
    found: dict[str, Any] = _ask("books")
    return found


def _ask(what: str, **arguments: object) -> Any:  # noqa: ANN401 - as JSON has it
    request = Request(f"{os.environ['AWS_ENDPOINT_URL']}/bench/{what}", json.dumps(arguments).encode())  # noqa: S310 - our own server, http
    with urlopen(request, timeout=300) as response:  # noqa: S310 - likewise
        return json.load(response)
