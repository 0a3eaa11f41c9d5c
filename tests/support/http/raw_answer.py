"""The body of an answer that a test gives in the place of AWS."""

from collections.abc import Iterator
from typing import Any


class RawAnswer:
    """The body, as urllib3 gives it to botocore."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it at once."""
        yield self._body
