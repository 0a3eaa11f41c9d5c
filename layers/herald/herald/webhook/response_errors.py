"""Why what a server sends cannot become a complete answer."""

import aiohttp


class InvalidResponseError(aiohttp.ClientError):
    """Bytes that the parser refuses; `message` is the parser's, its cause too."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ResponseTooLargeError(aiohttp.ClientError):
    """The budget is used up, and the answer is not complete; it says what came instead.

    No `ClientConnectionError`: the connection worked, so that the request must not go out again.
    """
