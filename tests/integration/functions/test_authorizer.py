"""The authorizer says whose key it is, and nothing else; in doubt it says nothing at all."""

import json
from typing import Any

import pytest

from authorizer import app
from herald.store.dynamodb import TableUnavailable
from herald.store.key_table import Key, KeyTable, Role
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws, Context
from tests.support.factories import NOON
from tests.support.paths import EVENTS

KEY = "herald_example-key-for-sam-local-invoke"
NOBODY = {"isAuthorized": False, "context": {}}


@pytest.fixture(autouse=True)
def alice(aws: Aws) -> None:  # noqa: ARG001 - the table
    """Whose key it is."""
    KeyTable("KeyTable").add(KEY, Key(role=Role.OPERATOR, name="alice"), NOON)


def identify(authorization: str | None) -> dict[str, Any]:
    event = json.loads((EVENTS / "authorizer_known_key.json").read_text())
    del event["headers"]["authorization"]
    if authorization is not None:
        event["headers"]["authorization"] = authorization
    answer: dict[str, Any] = app.handler(event, Context())
    return answer


def test_a_key_that_is_known_is_told_with_its_role_and_name() -> None:
    assert identify(f"Bearer {KEY}") == {"isAuthorized": True, "context": {"role": "operator", "name": "alice"}}


def test_a_partners_key_is_told_with_its_partner() -> None:
    KeyTable("KeyTable").add("herald_p", Key(role=Role.PARTNER, name="West Lake", partner_id=3528), NOON)
    assert identify("Bearer herald_p")["context"] == {"role": "partner", "name": "West Lake", "partnerId": 3528}


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


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ("authorizer_known_key", {"isAuthorized": True, "context": {"role": "operator", "name": "alice"}}),
        ("authorizer_unknown_key", NOBODY),
        ("authorizer_not_a_bearer", NOBODY),
    ],
)
def test_an_event_of_the_folder_events_runs(event: str, answer: dict[str, Any]) -> None:
    assert app.handler(json.loads((EVENTS / f"{event}.json").read_text()), Context()) == answer


def test_every_event_of_the_folder_has_its_test() -> None:
    assert {path.stem for path in EVENTS.glob("authorizer_*.json")} == {
        "authorizer_known_key",
        "authorizer_unknown_key",
        "authorizer_not_a_bearer",
    }
