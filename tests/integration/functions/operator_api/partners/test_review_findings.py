"""What a review of an address finds: a receiver that verifies rewritten JSON, a host name that imitates another."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from herald.domain.attempt import Outcome
from herald.webhook.client import WebhookClient
from operator_api import app as operator_app
from tests.support.factories import an_outcome
from tests.support.http.gateway import Gateway

WHY = {"reason": "asked for it"}
NEW = {"partnerId": 3528, "name": "West Lake 旅行"}
URL = "https://west-lake.example/notify"

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")


def rewritten_by_php(flags: str) -> Callable[[bytes], bytes]:
    return rewritten("php", "-r", f"echo json_encode(json_decode(stream_get_contents(STDIN)), {flags});")


def rewritten(*command: str) -> Callable[[bytes], bytes]:
    """The JSON as another language writes it; the test is skipped if that is not installed."""

    def rewrite(body: bytes) -> bytes:
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed")
        return subprocess.run(command, input=body, capture_output=True, check=True).stdout

    return rewrite


def rewritten_by_python(**options: Any) -> Callable[[bytes], bytes]:
    return lambda body: json.dumps(json.loads(body), **options).encode()


SPARSE = {"separators": (",", ":")}
REWRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "Python": rewritten_by_python(),
    "Python, without spaces": rewritten_by_python(**SPARSE),
    "Python, without escapes": rewritten_by_python(**SPARSE, ensure_ascii=False),
    "Python, sorted": rewritten_by_python(**SPARSE, ensure_ascii=False, sort_keys=True),
    "Python, indented": rewritten_by_python(indent=2),
    "Node": rewritten("node", "-e", "process.stdout.write(JSON.stringify(JSON.parse(require('fs').readFileSync(0))))"),
    "PHP": rewritten_by_php("0"),
    "PHP, without escapes": rewritten_by_php("JSON_UNESCAPED_SLASHES|JSON_UNESCAPED_UNICODE"),
    "PHP, numbers kept": rewritten_by_php("JSON_UNESCAPED_SLASHES|JSON_UNESCAPED_UNICODE|JSON_PRESERVE_ZERO_FRACTION"),
    "without spaces outside of strings": lambda body: re.sub(rb'("(?:\\.|[^"\\])*")| ', rb"\1", body),
    "slashes as they are": lambda body: body.replace(rb"\/", b"/"),
    "all slashes escaped": lambda body: re.sub(rb"(?<!\\)/", rb"\\/", body),
    "characters as they are": lambda body: body.replace(rb"\u6e2c", "測".encode()),
    "all characters escaped": lambda body: body.decode().encode("ascii", "backslashreplace"),
    "numbers as short as can be": lambda body: body.replace(b"1.0", b"1"),
}


@pytest.mark.parametrize("language", REWRITTEN)
def test_a_receiver_of_rewritten_json_fails_the_test(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    sent: list[tuple[bytes, dict[str, str]]] = []

    async def post(_: WebhookClient, __: str, body: bytes, headers: dict[str, str], **___: object) -> Outcome:
        sent.append((body, headers))
        return an_outcome(success=True)

    monkeypatch.setattr(WebhookClient, "post", post)
    secret = api.done("POST", "/partners", {**NEW, "url": URL})["secret"]
    api.done("POST", "/partners/3528/test", {})
    [(body, headers)] = sent
    Webhook(secret).verify(body, headers, json_parse=False)
    rewritten = REWRITTEN[language](body)
    assert json.loads(rewritten) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(rewritten, headers, json_parse=False)


CYRILLIC = "https://\u0430\u0440\u0440\u04cf\u0435.com/notify"
CYRILLIC_HOST = {
    "name": "\u0430\u0440\u0440\u04cf\u0435.com",
    "ascii": "xn--80ak6aa92e.com",
    "warnings": ["`\u0430\u0440\u0440\u04cf\u0435` can be taken for `apple`, which is another name"],
}


@pytest.mark.parametrize("url", [CYRILLIC, "https://xn--80ak6aa92e.com/notify"])
def test_a_review_shows_what_an_address_imitates(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    async def post(*_: object, **__: object) -> Outcome:
        return an_outcome(success=True)

    monkeypatch.setattr(WebhookClient, "post", post)
    created = api.done("POST", "/partners", {**NEW, "url": url})
    assert (created["proposedUrl"], created["proposedUrlHost"]) == (url, CYRILLIC_HOST)
    assert "urlHost" not in created
    assert created["history"][-1]["what"] == f"url: {url} (host xn--80ak6aa92e.com)"
    assert api.done("POST", "/partners/3528/test", {})["urlHost"] == CYRILLIC_HOST
    approved = api.done("POST", "/partners/3528/approve", WHY)
    assert (approved["url"], approved["urlHost"]) == (url, CYRILLIC_HOST)
    assert "proposedUrlHost" not in approved
    assert approved["lastTest"]["urlHost"] == CYRILLIC_HOST
    assert [one["urlHost"] for one in api.done("GET", "/partners")["items"]] == [CYRILLIC_HOST]
    amended = api.done("PATCH", "/partners/3528", {"url": "https://例え.jp/", **WHY})
    assert amended["proposedUrlHost"] == {"name": "例え.jp", "ascii": "xn--r8jz45g.jp", "warnings": []}
    assert amended["history"][-1]["what"] == "url: https://例え.jp/ (host xn--r8jz45g.jp)"


def test_a_plain_address_has_no_warnings() -> None:
    created = api.done("POST", "/partners", {**NEW, "url": URL})
    assert not {"urlHost", "proposedUrlHost"} & set(created)
    assert created["history"][-1]["what"] == f"url: {URL}"
