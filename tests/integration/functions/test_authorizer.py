"""The authorizer says whose key it is, and nothing else; in doubt it says nothing at all."""

import json
from typing import Any

import pytest
import time_machine

from authorizer import app
from herald.domain.api_key import Key, Role, hash_of, new_key
from herald.domain.clock import DAY, HOUR, SECOND
from herald.store.dynamodb import TableUnavailable
from herald.store.key_table import KeyTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON
from tests.support.paths import EVENTS

KEY = "herald_example-key-for-sam-local-invoke"
REVOKED = "herald_operator_example-of-a-revoked-key-for-sam-local-invoke"
KEYS = KeyTable("KeyTable")
CONTEXT = {"role": "operator", "name": "alice", "keyId": hash_of(KEY)[:16]}
NOBODY = {"isAuthorized": False, "context": {}}


@pytest.fixture(autouse=True)
def alice(aws: Aws) -> None:  # noqa: ARG001 - the table
    """Whose key it is."""
    KEYS.add(KEY, Key(role=Role.OPERATOR, name="alice"), NOON)
    KEYS.revoke(KEYS.add(REVOKED, Key(role=Role.OPERATOR, name="bob"), NOON), "alice", "leaked", NOON)


def identify(authorization: str | None) -> dict[str, Any]:
    event = json.loads((EVENTS / "authorizer_known_key.json").read_text())
    del event["headers"]["authorization"]
    if authorization is not None:
        event["headers"]["authorization"] = authorization
    answer: dict[str, Any] = app.handler(event, Context())
    return answer


def test_a_key_that_is_known_is_told_with_its_role_and_name() -> None:
    assert identify(f"Bearer {KEY}") == {"isAuthorized": True, "context": CONTEXT}


def test_a_partners_key_is_told_with_its_partner() -> None:
    issued = KEYS.add("herald_p", Key(role=Role.PARTNER, name="West Lake", partner_id=3528), NOON)
    told = {"role": "partner", "name": "West Lake", "partnerId": 3528, "keyId": issued.key_id}
    assert identify("Bearer herald_p")["context"] == told


def test_a_bound_publishers_key_is_told_with_its_partners() -> None:
    issued = KEYS.add("herald_b", Key(role=Role.PUBLISHER, name="shop", partner_ids=(3528, 3529)), NOON)
    told = {"role": "publisher", "name": "shop", "partnerIds": "3528,3529", "keyId": issued.key_id}
    assert identify("Bearer herald_b")["context"] == told


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_may_be_written_in_any_case(scheme: str) -> None:
    assert identify(f"{scheme} {KEY}")["isAuthorized"] is True


def identify_by(headers: dict[str, str]) -> dict[str, Any]:
    event = json.loads((EVENTS / "authorizer_known_key.json").read_text())
    answer: dict[str, Any] = app.handler({**event, "headers": headers}, Context())
    return answer


@pytest.mark.parametrize("name", ["authorization", "Authorization", "AUTHORIZATION", "aUTHORIZATION"])
def test_the_headers_name_may_be_written_in_any_case(name: str) -> None:
    """`sam local start-api` leaves it as the client wrote it."""
    assert identify_by({"host": "h", name: f"Bearer {KEY}"})["isAuthorized"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-authorization": f"Bearer {KEY}"},
        {"authorization ": f"Bearer {KEY}"},
        {"proxy-authorization": f"Bearer {KEY}"},
        {"Authorization": f"Bearer {KEY}", "authorization": f"Bearer {KEY}"},
        {"authorization": "", "Authorization": f"Bearer {KEY}"},
    ],
)
def test_another_header_or_two_of_them_identify_nobody(headers: dict[str, str]) -> None:
    assert identify_by(headers) == NOBODY


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        KEY,
        f"Basic {KEY}",
        f"Bearer {KEY} {KEY}",
        f"Bearer {KEY},Bearer {KEY}",
        f"Bearer\t{KEY}",
        f"XBearer {KEY}",
        f"Bearer {KEY}\n",
        "Bearer schlüssel",
        "Bearer \ud800",
    ],
)
def test_a_header_of_another_form_identifies_nobody_and_asks_for_nothing(
    network: Network, authorization: str | None
) -> None:
    asked = len(network.seen)
    assert identify(authorization) == NOBODY
    assert len(network.seen) == asked


@pytest.mark.parametrize("text", [KEY[:-1], KEY + "x", KEY.upper(), "herald_unknown", "x" * 8_000])
def test_a_key_that_is_not_known_identifies_nobody(text: str) -> None:
    assert identify(f"Bearer {text}") == NOBODY


def test_where_the_table_cannot_be_read_it_fails_and_says_neither_yes_nor_no(network: Network) -> None:
    with network.breaks("GetItem"), pytest.raises(TableUnavailable):
        identify(f"Bearer {KEY}")


def test_the_log_says_who_and_never_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    identify(f"Bearer {KEY}")
    identify("Bearer herald_unknown")
    told = [vars(record) for record in caplog.records]
    assert [one["name_of_key"] for one in told] == ["alice", None]
    assert KEY not in str(told)
    assert "herald_unknown" not in str(told)


def test_the_log_says_which_revoked_key_was_used(caplog: pytest.LogCaptureFixture) -> None:
    assert identify(f"Bearer {REVOKED}") == NOBODY
    (told,) = [vars(record) for record in caplog.records]
    assert (told["refused"], told["key_id"], told["name_of_key"]) == ("revoked", hash_of(REVOKED)[:16], None)
    assert REVOKED not in str(told)


def test_a_key_is_refused_from_its_end_on(caplog: pytest.LogCaptureFixture) -> None:
    KEYS.add(text := new_key(Role.VIEWER), Key(role=Role.VIEWER, name="audit"), NOON, expires_at=NOON + HOUR)
    with time_machine.travel((NOON + HOUR) / SECOND - 1, tick=False) as clock:
        assert identify(f"Bearer {text}")["context"]["role"] == "viewer"
        clock.shift(1)
        assert identify(f"Bearer {text}") == NOBODY
    assert vars(caplog.records[-1])["refused"] == "expired"


# ── The day of the last use ──


def writes(network: Network) -> list[str]:
    """What was written so far, by the name of the request."""
    return [name for name in network.operations() if name not in {"GetItem", "Scan"}]


def test_a_use_costs_one_write_a_key_and_day(network: Network) -> None:
    others = [new_key(Role.PUBLISHER) for _ in range(2)]
    for text in others:
        KEYS.add(text, Key(role=Role.PUBLISHER, name="shop"), NOON)
    before = len(writes(network))
    with time_machine.travel(NOON / SECOND, tick=False) as clock:
        for _ in range(48):
            for text in (KEY, *others, REVOKED, "herald_unknown"):
                identify(f"Bearer {text}")
            clock.shift(HOUR / SECOND)
    assert writes(network)[before:] == ["UpdateItem"] * 3 * 3  # noon to noon: three keys, on three UTC days
    assert {one.last_used_on for one in KEYS.all() if one.revoked is None} == {"2026-11-25"}


def test_a_use_after_the_clock_went_back_costs_no_write(network: Network) -> None:
    for moment, expected in ((NOON + DAY, 1), (NOON, 0)):
        before = len(writes(network))
        with time_machine.travel(moment / SECOND, tick=False):
            identify(f"Bearer {KEY}")
        assert len(writes(network)) - before == expected


def test_a_use_that_another_invocation_noted_is_no_failure(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen_before = KEYS.find(KEY)
    assert identify(f"Bearer {KEY}")["isAuthorized"]
    monkeypatch.setattr(KeyTable, "find", lambda *_: seen_before)  # it was read before the other one wrote
    assert identify(f"Bearer {KEY}")["isAuthorized"]
    assert [record.message for record in caplog.records] == ["identified", "identified"]


@pytest.mark.parametrize("fault", ["breaks", "throttles", "loses_the_answer"])
def test_a_use_that_cannot_be_noted_refuses_no_request(
    network: Network, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    with getattr(network, fault)("UpdateItem"):
        assert identify(f"Bearer {KEY}") == {"isAuthorized": True, "context": CONTEXT}
    assert "last use not noted" in caplog.text
    assert network.operations().count("UpdateItem") == 2  # the fixture's revocation, and one try


def test_a_use_that_the_role_does_not_allow_refuses_no_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(KeyTable, "note_use", refuses)
    assert identify(f"Bearer {KEY}")["isAuthorized"]


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ("authorizer_known_key", {"isAuthorized": True, "context": CONTEXT}),
        ("authorizer_revoked_key", NOBODY),
        ("authorizer_unknown_key", NOBODY),
        ("authorizer_not_a_bearer", NOBODY),
    ],
)
def test_an_event_of_the_folder_events_runs(event: str, answer: dict[str, Any]) -> None:
    assert app.handler(json.loads((EVENTS / f"{event}.json").read_text()), Context()) == answer


def test_every_event_of_the_folder_has_its_test() -> None:
    assert {path.stem for path in EVENTS.glob("authorizer_*.json")} == {
        "authorizer_known_key",
        "authorizer_revoked_key",
        "authorizer_unknown_key",
        "authorizer_not_a_bearer",
    }
