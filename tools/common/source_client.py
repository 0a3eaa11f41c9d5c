"""The sources, as the operator API has them; a part of `ApiClient`."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

type Json = dict[str, Any]


class SourceClient:
    """One method for each operation. `request` sends a request and gives the answer's JSON."""

    def __init__(self, request: Callable[..., Json]) -> None:
        self._request = request

    def page(self, **query: str | int | None) -> Json:
        """A page of the sources, the newest first."""
        return self._request("GET", "/sources", query)

    def get(self, source_id: str) -> Json:
        """The source."""
        return self._request("GET", _path(source_id))

    def create(self, wish: Json) -> Json:
        """The new source, with its token, which is shown this once."""
        return self._request("POST", "/sources", wish=wish)

    def change(self, source_id: str, wish: Json) -> Json:
        """The source with other particulars."""
        return self._request("PATCH", _path(source_id), wish=wish)

    def act(self, source_id: str, action: str, wish: Json) -> Json:
        """`rotate-token`, `suspend` or `resume`: the source after it."""
        return self._request("POST", f"{_path(source_id)}/{action}", wish=wish)


def _path(source_id: str) -> str:
    return f"/sources/{quote(source_id, safe='')}"
