"""A browser without a screen: it calls the console's handler, keeps cookies, and submits the forms of the pages."""

from html.parser import HTMLParser
from typing import Any, override
from urllib.parse import urlencode, urlsplit

from console.app import handler
from tests.support.aws.aws_stack import Context
from tests.support.http.http_events import api_event


class Visitor:
    """Keeps the last answer: `status`, `html`, `location`."""

    def __init__(self, language: str = "en", address: str = "192.0.2.1") -> None:
        self.cookies: dict[str, str] = {}
        self.headers = {"accept-language": language, "host": "console.example", "sec-fetch-site": "same-origin"}
        self.address = address
        self.answer: dict[str, Any] = {}

    @property
    def status(self) -> int:
        """The HTTP status of the last answer."""
        return int(self.answer["statusCode"])

    @property
    def html(self) -> str:
        """The body of the last answer."""
        return str(self.answer["body"])

    @property
    def location(self) -> str:
        """Where the last answer leads; empty where it leads nowhere."""
        return self.header("location")

    def header(self, name: str) -> str:
        """A header of the last answer; empty where it has none."""
        return str(self.answer.get("headers", {}).get(name, ""))

    def get(self, path: str) -> "Visitor":
        """Opens a page."""
        return self._send("GET", path, None)

    def post(self, path: str, **fields: Any) -> "Visitor":
        """Submits fields; a list is submitted as several fields of one name."""
        return self._send("POST", path, urlencode(fields, doseq=True))

    def sign_in(self, key: str) -> "Visitor":
        """Signs in, as the form does."""
        return self.post("/console/sign-in", key=key, back="/console")

    @property
    def forms(self) -> dict[str, list[tuple[str, str]]]:
        """The hidden fields of each form of the page, by the form's action."""
        parser = _Forms()
        parser.feed(self.html)
        return parser.forms

    @property
    def token(self) -> str:
        """The token of this session's forms."""
        return dict(self.forms["/console/sign-out"])["token"]

    def _send(self, method: str, path: str, body: str | None) -> "Visitor":
        event = api_event(method, path, body)
        event["headers"] = {**self.headers, "content-type": "application/x-www-form-urlencoded"}
        event["requestContext"]["http"]["sourceIp"] = self.address
        if self.cookies:
            event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        self.answer = handler(event, Context())
        for text in self.answer.get("cookies", ()):
            name, _, value = text.partition(";")[0].partition("=")
            self.cookies[name] = value
        return self


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self._action = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action = one["action"]
            self.forms.setdefault(self._action, [])
        elif tag == "input" and one.get("type") == "hidden":
            self.forms[self._action].append((one["name"], one["value"]))


def is_on_console(location: str) -> bool:
    """Whether a redirect stays within the console."""
    return not urlsplit(location).netloc and location.startswith("/console")
