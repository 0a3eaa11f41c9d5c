"""The search for secrets in clear finds one that is planted, whatever its form."""

import json
from urllib.parse import urlencode

import pytest

from herald.contract.signature import new_secret
from herald.domain.api_key import Role, new_key
from tests.support.e2e.secret_search import KnownSecrets

VALUE = 'Bearer a+b/c="5f2c"'
SECRET = "whsec_bm90LXNlY3JldC1hdC1hbGw+Pz8/"


@pytest.mark.parametrize("secret", [VALUE, SECRET])
@pytest.mark.parametrize(
    "planted",
    [
        lambda secret: f"a line with {secret} in it",
        lambda secret: json.dumps({"level": "INFO", "said": f"<{secret}>"}),
        lambda secret: urlencode({"value": secret}),
        lambda secret: secret.removeprefix("whsec_"),
    ],
)
def test_a_known_secret_is_found_in_every_form(secret: str, planted: object) -> None:
    known = KnownSecrets({secret})
    assert callable(planted)
    assert known.found_in([("elsewhere", "nothing"), ("log", planted(secret))]) == [f"log: {secret[:10]}…"]


@pytest.mark.parametrize("role", [None, *Role])
def test_what_has_the_form_of_a_secret_is_found_although_nobody_noted_it(role: Role | None) -> None:
    secret = new_key(role) if role else new_secret()
    assert KnownSecrets().found_in([("queue", f"({secret})")]) == [f"queue: {secret[:10]}…"]


def test_a_finding_shows_the_beginning_of_the_secret_only() -> None:
    assert VALUE not in str(KnownSecrets({VALUE}).found_in([("log", VALUE)]))


def test_other_texts_are_no_finding() -> None:
    texts = ["whsec_…", "herald_operator_", "v1,bm90LXNlY3JldC1hdC1hbGw+Pz8/x", "5"]
    assert KnownSecrets({VALUE}).found_in(("log", text) for text in texts) == []


def test_secrets_of_requests_and_responses_are_noted() -> None:
    known = KnownSecrets()
    known.note_exchange(json.dumps({"headers": {"X-Key": VALUE, "X-Old": None, "X-Zone": "5"}}), b"{}")
    known.note_exchange(None, json.dumps({"secret": SECRET, "queryKey": "q" * 40, "name": "n" * 40}).encode())
    known.note_exchange(b"no JSON", b"[1]")
    assert known.values == {VALUE, SECRET, "q" * 40}
