"""An event as an HTTP API hands it to a function (payload format 2.0)."""

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl


def api_event(
    method: str, path: str, body: str | bytes | None = None, *, caller: dict[str, Any] | None = None
) -> dict[str, Any]:
    """`path` may have a query. Bytes come in base64, as for a content type that is neither text nor JSON."""
    raw_path, _, query = path.partition("?")
    authorizer = {"authorizer": {"lambda": caller}} if caller else {}
    return {
        "version": "2.0",
        "routeKey": f"{method} {raw_path}",
        "rawPath": raw_path,
        "rawQueryString": query,
        "headers": {"content-type": "application/json", "host": "api.example.com"},
        **({"queryStringParameters": dict(parse_qsl(query))} if query else {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            **authorizer,
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": method,
                "path": raw_path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "example/1",
            },
            "requestId": "request-1",
            "routeKey": f"{method} {raw_path}",
            "stage": "$default",
            "time": "23/Nov/2026:04:05:06 +0000",
            "timeEpoch": 1795406706000,
        },
        "isBase64Encoded": isinstance(body, bytes),
        **({} if body is None else {"body": b64encode(body).decode() if isinstance(body, bytes) else body}),
    }
