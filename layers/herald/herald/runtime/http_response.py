"""HTTP responses in the form of API Gateway (HTTP API, payload format 2.0)."""

import json
from http import HTTPStatus
from typing import Any, Final

from herald.languages.current import current_language, localized
from herald.languages.message import Message

RETRY_AFTER: Final = "5"  # seconds, in a 503

type HttpResponse = dict[str, Any]


def error_body(status: int, describe: str) -> dict[str, Any]:
    """The body of an error: `code` is the status times 100, `describe` a sentence for the caller."""
    return {"code": int(status) * 100, "describe": describe}


def json_response(status: int, content: Any, headers: dict[str, str] | None = None) -> HttpResponse:  # noqa: ANN401 - a JSON value is of any type
    """A response with this value as JSON."""
    return json_text_response(json.dumps(content, ensure_ascii=False), status, headers)


def json_text_response(text: str, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A response with this JSON text."""
    return {
        "statusCode": int(status),
        "headers": {"content-type": "application/json; charset=utf-8", **(headers or {})},
        "body": text,
    }


def error_response(status: HTTPStatus, message: Message) -> HttpResponse:
    """An error response in the language of the request; a 503 has the header `retry-after`."""
    headers = {"retry-after": RETRY_AFTER} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return json_response(status, error_body(status, localized(message)), {**headers, **language_headers()})


def language_headers() -> dict[str, str]:
    """The headers of a response with sentences of Herald: their language, and that it depends on the request."""
    return {"content-language": current_language().value, "vary": "accept-language"}


def text_response(text: str, headers: dict[str, str]) -> HttpResponse:
    """A response 200 with exactly this text."""
    return {"statusCode": 200, "headers": {"content-type": "text/plain; charset=utf-8", **headers}, "body": text}
