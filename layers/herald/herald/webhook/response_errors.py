"""Errors for bytes of a server that do not make a complete response."""

import aiohttp


class InvalidResponseError(aiohttp.ClientError):
    """The parser refused the bytes; message and cause are the parser's."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ResponseTooLargeError(aiohttp.ClientError):
    """The limit of bytes is reached before the response is complete. The message says what was received.

    No `ClientConnectionError`: the connection works, so the request must not be sent again.
    """
