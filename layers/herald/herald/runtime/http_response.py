"""HTTP responses in the form of API Gateway (HTTP API, payload format 2.0)."""

import json
from http import HTTPStatus
from typing import Any

RETRY_AFTER = "5"  # seconds, in a 503

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


def error_response(status: HTTPStatus, describe: str) -> HttpResponse:
    """An error response; a 503 has the header `retry-after`."""
    headers = {"retry-after": RETRY_AFTER} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return json_response(status, error_body(status, describe), headers)


def text_response(text: str, headers: dict[str, str]) -> HttpResponse:
    """A response 200 with exactly this text."""
    return {"statusCode": 200, "headers": {"content-type": "text/plain; charset=utf-8", **headers}, "body": text}
