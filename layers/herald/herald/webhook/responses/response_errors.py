"""Errors for bytes of a server that do not make a complete response."""

import aiohttp

from herald.languages.reason import Reason


class InvalidResponseError(aiohttp.ClientError):
    """The parser refused the bytes; message and cause are the parser's."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ResponseTooLargeError(aiohttp.ClientError):
    """The limit of bytes is reached before the response is complete. `reason` says what was received.

    No `ClientConnectionError`: the connection works, so the request must not be sent again.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
