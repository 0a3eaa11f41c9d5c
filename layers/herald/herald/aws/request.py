"""A signed request: a POST of JSON to the endpoint's root."""

from functools import cached_property
from typing import override

from botocore.awsrequest import AWSPreparedRequest


class Request(AWSPreparedRequest):
    """One attempt, as botocore's handlers of `before-send` expect it; they are the only ones to read `headers`.

    `lines` are those of the headers, but for the length of the body.
    """

    def __init__(self, url: str, lines: str, body: bytes) -> None:  # the other one sets `headers`
        self.method, self.url, self.body, self.stream_output, self.context = "POST", url, body, False, None
        self._lines, self._content = lines, body

    @override
    @cached_property
    def headers(self) -> dict[str, str]:  # type: ignore[override] # read only
        """By name, without the length of the body."""
        return dict(line.split(": ", 1) for line in self._lines.splitlines())

    @property
    def sent(self) -> bytes:
        """As it is sent."""
        return f"POST / HTTP/1.1\r\n{self._lines}Content-Length: {len(self._content)}\r\n\r\n".encode() + self._content
