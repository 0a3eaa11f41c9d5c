"""`herald keys` on the API: the list, a new key, and the end of one."""

import json
from pathlib import Path
from typing import Any

import pytest
import time_machine

from herald.domain.clock import SECOND
from tests.support.factories import NOON
from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import Herald
from tools.cli.context import Surroundings
from tools.cli.main import main

KEY_ID = "5f2c1d0e9b8a7f6e"
KEY: dict[str, Any] = {
    "id": KEY_ID,
    "role": "publisher",
    "name": "checkout",
    "partnerId": None,
    "partnerIds": [3528, 3529],
    "createdAt": "2026-11-22T04:05:06.000Z",
    "createdBy": "alice",
    "reason": "the new shop",
    "expiresAt": None,
    "lastUsedOn": "2026-11-23",
    "revoked": None,
}
OLD = {**KEY, "id": "0" * 16, "role": "operator", "name": "bob", "partnerIds": None}
OLD |= {"createdBy": None, "reason": None, "lastUsedOn": None}
OF_A_PARTNER = {**KEY, "id": "1" * 16, "role": "partner", "name": "lake", "partnerId": 3528, "partnerIds": None}
REVOKED = {**KEY, "revoked": {"at": "2026-11-23T11:00:00.000Z", "by": "carol", "reason": "in a log"}}
MADE = {**KEY, "key": "herald_publisher_abc"}


@pytest.fixture(autouse=True)
def api_with_keys(api: StubApi) -> None:
    api.answers["GET /keys"] = canned({"items": [KEY, OLD], "cursor": "1-2"})
    api.answers["GET /keys?cursor=1-2"] = canned({"items": [OF_A_PARTNER], "cursor": None})
    api.answers["POST /keys"] = canned(MADE, 201)
    api.answers[f"POST /keys/{KEY_ID}/revoke"] = canned(REVOKED)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON / SECOND, tick=False):
        yield


def test_the_list_says_whose_keys_and_when_used(herald: Herald) -> None:
    shown = herald("keys", "list")
    assert shown.code == 0
    lines = [line.split() for line in shown.out.splitlines()]
    assert [line[:3] for line in lines[1:]] == [
        [KEY_ID, "publisher", "checkout"],
        ["0" * 16, "operator", "bob"],
        ["1" * 16, "partner", "lake"],
    ]
    assert "3528, 3529" in shown.out
    assert "by alice" in shown.out
    assert lines[2][-2:] == ["-", "valid"]  # no use is known of it


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--role", "operator"), ["0" * 16]),
        (("--partner", "3528"), [KEY_ID, "1" * 16]),
        (("--partner", "3529"), [KEY_ID]),
        (("--partner", "3528", "--role", "partner"), ["1" * 16]),
        (("--role", "viewer"), []),
        ((), [KEY_ID, "0" * 16, "1" * 16]),
    ],
)
def test_the_list_is_narrowed_by_role_and_partner(herald: Herald, options: tuple[str, ...], ids: list[str]) -> None:
    assert [one["id"] for one in json.loads(herald("keys", "list", *options, "--json").out)["items"]] == ids


def test_an_empty_list_says_so(herald: Herald) -> None:
    assert "No such keys." in herald("keys", "list", "--role", "viewer").out


@pytest.mark.parametrize(
    ("options", "wish"),
    [
        (("--role", "viewer", "--name", "audit"), {"role": "viewer", "name": "audit"}),
        (
            ("--role", "publisher", "--name", "shop", "--partner", "3529", "--partner", "3528", "--partner", "3529"),
            {"role": "publisher", "name": "shop", "partnerIds": [3528, 3529]},
        ),
        (
            ("--role", "partner", "--name", "lake", "--partner", "3528", "--reason", "asked for one"),
            {"role": "partner", "name": "lake", "partnerId": 3528, "reason": "asked for one"},
        ),
        (
            ("--role", "operator", "--name", "bob", "--expires", "90d"),
            {"role": "operator", "name": "bob", "expiresAt": "2027-02-21T12:00:00.000Z"},
        ),
        (
            ("--role", "operator", "--name", "bob", "--expires", "2027-01-01T00:00:00+08:00"),
            {"role": "operator", "name": "bob", "expiresAt": "2026-12-31T16:00:00.000Z"},
        ),
    ],
)
def test_a_key_is_made_by_the_api_that_is_named(
    api: StubApi, herald: Herald, options: tuple[str, ...], wish: dict[str, Any]
) -> None:
    made = herald("keys", "create", *options)
    assert (made.code, api.wish()) == (0, wish)
    assert made.out.split()[0] == "herald_publisher_abc"
    assert KEY_ID in made.out
    assert json.loads(herald("keys", "create", *options, "--json").out) == MADE


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--role", "viewer", "--partner", "3528"), "--partner and --role partner go together"),
        (("--role", "partner", "--partner", "3528", "--partner", "3529"), "a partner's key is for one partner"),
        (("--role", "publisher", *("--partner", "1") * 2, "--partner", "0"), "no partner has the number 0"),
        (("--role", "viewer", "--expires", "soon"), "--expires `soon` is no moment"),
        (("--role", "viewer", "--expires", "2026-11-22"), "--expires `2026-11-22` is past"),
        (("--role", "viewer", "--stack-name", "herald", "--api-url", "https://h.example"), "give one of them"),
        (("--role", "viewer", "--table", "KeyTable", "--key", "k"), "give one of them"),
    ],
)
def test_a_wish_that_nothing_can_meet_is_wrong_usage(
    api: StubApi, herald: Herald, options: tuple[str, ...], says: str
) -> None:
    refused = herald("keys", "create", "--name", "x", *options)
    assert refused.code == 2
    assert says in refused.err
    assert api.asked == []


def test_a_key_for_more_than_a_hundred_partners_is_wrong_usage(herald: Herald) -> None:
    partners = [word for number in range(1, 102) for word in ("--partner", str(number))]
    refused = herald("keys", "create", "--role", "publisher", "--name", "x", *partners)
    assert (refused.code, "100 partners at most" in refused.err) == (2, True)


def test_a_key_is_not_revoked_unconfirmed(api: StubApi, herald: Herald) -> None:
    refused = herald("keys", "revoke", KEY_ID, "--reason", "in a log")
    assert refused.code == 2
    assert "Revoke the publisher key of checkout (made 2026-11-22" in refused.err
    assert "last used on 2026-11-23)?" in refused.err
    assert {request.method for request in api.asked} == {"GET"}


def test_a_key_is_revoked_with_the_reason(api: StubApi, herald: Herald) -> None:
    done = herald("keys", "revoke", KEY_ID, "--reason", "in a log", "--yes")
    assert (done.code, api.wish()) == (0, {"reason": "in a log"})
    assert "by carol: “in a log”" in done.out
    assert json.loads(herald("keys", "revoke", KEY_ID, "--reason", "x", "--yes", "--json").out) == REVOKED


def test_an_unknown_key_is_asked_about_by_its_id(herald: Herald) -> None:
    assert "Revoke the key ffff?" in herald("keys", "revoke", "ffff", "--reason", "x").err


def test_a_refused_revocation_is_told(api: StubApi, herald: Herald) -> None:
    describe = "this is the key that you use: make another one, and revoke this with it"
    api.answers[f"POST /keys/{KEY_ID}/revoke"] = canned({"code": 40900, "describe": describe}, 409)
    refused = herald("keys", "revoke", KEY_ID, "--reason", "x", "--yes")
    assert (refused.code, describe in refused.err) == (1, True)


@pytest.mark.parametrize(
    ("expires", "state"), [("2026-11-23T11:59:59Z", "expired at "), ("2027-01-01T00:00:00Z", "valid until ")]
)
def test_an_end_is_shown(api: StubApi, herald: Herald, expires: str, state: str) -> None:
    api.answers["GET /keys"] = canned({"items": [{**KEY, "expiresAt": expires}], "cursor": None})
    assert state in herald("keys", "list").out


def test_a_key_alone_names_no_api(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As for every command: a key is not sent where only a file gives the address."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps({"engine_url": "http://127.0.0.1:9", "api_url": "http://x"}))
    with pytest.raises(SystemExit) as ended:
        main(["keys", "create", "--role", "viewer", "--name", "x", "--key", "k"], Surroundings({}, tmp_path))
    assert ended.value.code == 2
    assert "a key is given, but no address" in capsys.readouterr().err
