"""A browser without a screen: requests to the console's function, with cookies and forms, and what it answers."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from console.app import handler
from customer_service.dependencies import keys
from herald.domain.api_key import Key, Role, new_key
from herald.domain.clock import now
from tests.support.aws.aws_stack import Context
from tests.support.console.page_text import text_of, value_of
from tests.support.http.http_events import api_event

HOST = "api.example.com"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the console."""

    status: int
    headers: dict[str, str]
    body: str
    cookies: list[str]

    @property
    def text(self) -> str:
        """The words of the page on one line."""
        return text_of(self.body)

    @property
    def location(self) -> str:
        """Where the browser is sent."""
        return self.headers.get("location", "")


@dataclass
class Browser:
    """Keeps cookies, and sends the headers that browsers send."""

    language: str = "en"
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    site: str = "same-origin"  # Sec-Fetch-Site
    token: str = ""

    def get(self, path: str) -> Answer:
        """The page, without following a redirect."""
        return self._send(api_event("GET", path))

    def post(self, path: str, /, *pairs: tuple[str, str], **fields: str) -> Answer:
        """A form of the console, with the token of the session. A field `token` replaces it."""
        content = urlencode([*{"token": self.token, **fields}.items(), *pairs])
        event = api_event("POST", path, content)
        event["headers"]["content-type"] = "application/x-www-form-urlencoded"
        return self._send(event)

    def follow(self, answer: Answer) -> Answer:
        """The page to which this answer leads."""
        assert answer.status == 303, answer.body
        return self.get(answer.location)

    def sign_in(self, role: Role = Role.OPERATOR, name: str = "alice") -> str:
        """Makes a key of this role, signs in with it, and returns the key."""
        text = new_key(role)
        keys().add(text, Key(role=role, name=name), now())
        answer = self.post("/console/sign-in", key=text)
        assert answer.status == 303, answer.body
        self.token = value_of(self.get("/console/jobs").body, "token")
        return text

    def _send(self, event: dict[str, Any]) -> Answer:
        event["headers"] |= {"accept-language": self.language, "host": HOST, "sec-fetch-site": self.site}
        event["requestContext"]["http"]["sourceIp"] = self.address
        event["cookies"] = [f"{name}={value}" for name, value in self.cookies.items()]
        response = handler(event, Context())
        headers = {name.lower(): value for name, value in response["headers"].items()}
        answer = Answer(response["statusCode"], headers, response["body"], response.get("cookies", []))
        self._keep(answer.cookies)
        return answer

    def _keep(self, cookies: list[str]) -> None:
        for one in cookies:
            pair, _, attributes = one.partition(";")
            name, _, value = pair.partition("=")
            if "max-age=0" in attributes.lower() or "max-age=-" in attributes.lower() or not value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
