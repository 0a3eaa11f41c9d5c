"""The console on the deployed stack, as its function's role allows it: sign-in, session, sign-out."""

from urllib.parse import urlsplit

import pytest
import requests

from console.routing.security_headers import SECURITY_HEADERS
from tests.support.console.page_text import value_of
from tests.support.e2e.stack_client import ANSWERS_WITHIN, StackClient

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class Visitor:
    """Asks for pages at the address that `make up` prints. Keeps cookies; follows no redirect."""

    def __init__(self, stack_client: StackClient) -> None:
        self._origin = stack_client.engine.url
        self._host = urlsplit(stack_client.stack.console_url).netloc  # a name that only browsers look up
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str) -> requests.Response:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> requests.Response:
        return self._ask("POST", path, data=fields)

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> requests.Response:
        return self._session.request(
            method,
            self._origin + path,
            data=data,
            headers={"Host": self._host, **SAME_ORIGIN},
            allow_redirects=False,
            timeout=ANSWERS_WITHIN,
        )


@pytest.fixture
def visitor(stack_client: StackClient) -> Visitor:
    return Visitor(stack_client)


def test_the_sign_in_page_is_at_the_printed_address(stack_client: StackClient, visitor: Visitor) -> None:
    assert urlsplit(stack_client.stack.console_url).path == "/console"
    answer = visitor.get("/console/sign-in")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_a_session_lasts_from_sign_in_to_sign_out(stack_client: StackClient, visitor: Visitor) -> None:
    answer = visitor.post("/console/sign-in", key=stack_client.stack.keys["operator"], back="/console/no-such-page")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/no-such-page")

    page = visitor.get("/console/no-such-page")
    assert page.status_code == 404
    assert "local (operator)" in page.text  # who is signed in

    assert visitor.post("/console/sign-out", token=value_of(page.text, "token")).status_code == 303
    assert visitor.get("/console/no-such-page").status_code == 303


def test_a_wrong_key_is_counted_and_refused(visitor: Visitor) -> None:
    assert visitor.post("/console/sign-in", key="guessed").status_code == 403


def test_somebody_without_a_session_is_led_to_the_sign_in(visitor: Visitor) -> None:
    answer = visitor.get("/console")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?back=%2Fconsole")
