"""The body of a submission."""

from base64 import b64decode
from typing import Any

from herald.contract.envelope import EnvelopeRefused
from herald.languages.message import Message


def bytes_of(event: dict[str, Any]) -> bytes:
    """The body as API Gateway received it. It encodes it in base64 where the content type is neither text nor JSON."""
    body = event.get("body") or ""
    return b64decode(body) if event.get("isBase64Encoded") else body.encode(errors="surrogatepass")


def text_with_replacements(event: dict[str, Any]) -> str:
    """The body as text, with U+FFFD in place of what is not UTF-8, as in a body that API Gateway does not encode."""
    return bytes_of(event).decode(errors="replace") if event.get("isBase64Encoded") else event.get("body") or ""


def text_of(event: dict[str, Any]) -> str:
    """The body as text. Raises `EnvelopeRefused` for bytes that are not UTF-8."""
    if not event.get("isBase64Encoded"):
        return event.get("body") or ""
    try:
        return bytes_of(event).decode()
    except UnicodeDecodeError as error:
        raise EnvelopeRefused(
            Message("byte {place} is not UTF-8: encode the JSON as UTF-8", place=error.start)
        ) from None
