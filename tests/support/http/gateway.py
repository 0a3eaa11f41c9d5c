"""Requests as the HTTP API brings them to a function (payload format 2.0), along the routes of template.yaml."""

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.aws.aws_stack import Context, Handler
from tests.support.docs.template import events
from tests.support.http.openapi_assertions import undescribed

_NO_KEY = {"Auth": {"Authorizer": "NONE"}}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller gets."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def describe(self) -> str:
        """The sentence of an error, whose form is checked."""
        assert self.status in responses
        assert self.json == {"code": self.status * 100, "describe": self.json["describe"]}
        return str(self.json["describe"])


@dataclass(frozen=True, slots=True)
class Gateway:
    """Calls a function's handler, whose answers must be as described.

    `role` None sends no key, which the gateway itself lets pass on open routes only. `context` is what the authorizer
    tells besides role and name, such as the key's id.
    """

    handler: Handler
    function: str
    role: str | None = "operator"
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    context: dict[str, Any] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, *, role: str | None = "", **more: Any) -> Answer:
        """One request; `body` is text as it is sent, bytes as the gateway encodes them, or anything else as JSON."""
        role = self.role if role == "" else role
        event = self.event(method, path, body, role, **more)
        answer = self.handler(event, Context())
        got = Answer(answer["statusCode"], _lower(answer.get("headers", {})), answer["body"])
        assert got.status < 400 or "content-language" in got.headers
        if event["routeKey"] != "$default":
            assert undescribed(event["routeKey"], got.status, got.headers["content-type"], got.json) == []
        return got

    def done(self, method: str, path: str, body: Any = None, *, role: str | None = "") -> Any:
        """What a request gets that succeeds."""
        answer = self.call(method, path, body, role=role)
        assert answer.status in {200, 201, 202}, answer.text
        return answer.json

    def refused(self, status: int, method: str, path: str, body: Any = None) -> str:
        """The sentence that a request gets that is refused with this status."""
        answer = self.call(method, path, body)
        assert answer.status == status, answer.text
        return answer.describe

    def event(self, method: str, path: str, body: Any, role: str | None, **more: Any) -> dict[str, Any]:
        parts = urlsplit(path)
        query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query[name] = f"{query[name]},{value}" if name in query else value  # as API Gateway joins them
        text = body if isinstance(body, str | bytes | None) else json.dumps(body)
        authorizer = {"authorizer": {"lambda": {"role": role, "name": "alice", **self.context}}} if role else {}
        return {
            "version": "2.0",
            "routeKey": route_key(self.function, method, parts.path),
            "rawPath": parts.path,
            "rawQueryString": parts.query,
            "headers": self.headers,
            **({"queryStringParameters": query} if query else {}),
            "requestContext": {
                "accountId": "123456789012",
                "apiId": "api",
                **authorizer,
                "domainName": "api.execute-api.eu-central-1.amazonaws.com",
                "http": {"method": method, "path": parts.path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
                "requestId": "request-1",
                "stage": "$default",
            },
            **({} if text is None else {"body": b64encode(text).decode() if isinstance(text, bytes) else text}),
            "isBase64Encoded": isinstance(text, bytes),
            **more,
        }


def routes(function: str) -> dict[str, bool]:
    """Its routes, `GET /partners`, and whether each asks for a key."""
    own = (one for name, one in events("HttpApi") if name == function and "Path" in one)
    return {f"{one['Method']} {one['Path']}": one.get("Auth") != _NO_KEY["Auth"] for one in own}


def route_key(function: str, method: str, path: str) -> str:
    """The most exact route that matches, as API Gateway chooses it; `$default` when none does."""
    found = [key for key in routes(function) if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", key), f"{method} {path}")]
    return min(found, key=lambda key: key.count("{"), default="$default")


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
