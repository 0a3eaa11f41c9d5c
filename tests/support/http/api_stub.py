"""An API that answers as it is told, in place of the network, and remembers what it was asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, override
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

type Canned = tuple[int, Mapping[str, str], bytes]


def canned(content: Any, status: int = 200) -> Canned:
    """An answer in JSON."""
    return status, {"Content-Type": "application/json"}, json.dumps(content).encode()


@dataclass
class StubApi(BaseAdapter):
    """Answers by method and path, with the query or without; what it was not told about is a fault of the test."""

    answers: dict[str, Canned | Exception] = field(default_factory=dict)
    asked: list[requests.PreparedRequest] = field(default_factory=list)

    @override
    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        self.asked.append(request)
        parts = urlsplit(request.url or "")
        without = f"{request.method} {parts.path}"
        answer = self.answers.get(f"{without}?{parts.query}") or self.answers[without]
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, headers, response._content = answer
        response.headers.update(headers)
        response.url = request.url or ""
        response.request = request
        return response

    @override
    def close(self) -> None:
        """Nothing to close."""

    def session(self) -> requests.Session:
        """A session whose requests all come here."""
        session = requests.Session()
        session.mount("http://", self)
        session.mount("https://", self)
        return session

    def wish(self) -> Any:
        """The JSON that the last request carried."""
        return json.loads(self.asked[-1].body or b"null")
