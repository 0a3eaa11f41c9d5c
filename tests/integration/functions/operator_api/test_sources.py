"""The routes of sources: registered, listed, changed, rotated and stopped, with who did it and why."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from herald.contract.signature import new_secret
from herald.domain.clock import DAY, MINUTE, SECOND
from herald.store.sources.source_table import SourceTable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.inbound import OPERATOR, WHY, a_source

NEW = {"name": "The platform", "partnerId": 3528, **WHY}
HEADER = {"name": "X-Platform-Token", "value": "s3cret value"}


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        registered(a_partner())
        yield traveller


def actions(source_id: str) -> list[str]:
    return [entry["action"] for entry in OPERATOR.done("GET", f"/sources/{source_id}")["history"]]


def test_a_new_source_is_active_and_shows_its_token_once() -> None:
    answer = OPERATOR.call("POST", "/sources", NEW)
    assert answer.status == 201
    shown = answer.json
    token, path = shown.pop("token"), shown.pop("path")
    assert path == f"/inbound/{token}"
    assert shown["state"] == "active"
    assert OPERATOR.done("GET", f"/sources/{shown['id']}") == shown
    assert OPERATOR.done("GET", "/sources") == {"items": [shown], "cursor": None}


def test_no_secret_is_stored_or_shown(aws: Aws) -> None:
    secret = new_secret()
    source = a_source(webhookSecret=secret, header=HEADER)
    everything = str(aws.items("SourceTable")) + str(OPERATOR.done("GET", f"/sources/{source.id}"))
    for text in (source.token, secret, secret.removeprefix("whsec_"), HEADER["value"]):
        assert text not in everything
    shown = OPERATOR.done("GET", f"/sources/{source.id}")
    assert (shown["signed"], shown["headerName"]) == (True, HEADER["name"])


def test_a_partner_that_is_not_in_the_registry_is_404(aws: Aws) -> None:
    assert "9999" in OPERATOR.refused(404, "POST", "/sources", {**NEW, "partnerId": 9999})
    assert aws.items("SourceTable") == []


@pytest.mark.parametrize(
    ("demands", "sentence"),
    [
        ({"cidrs": ["203.0.113.7/24"]}, "`cidrs`: `203.0.113.7/24` is no network"),
        ({"cidrs": ["0.0.0.0/0"]}, "has every address"),
        ({"cidrs": "203.0.113.0/24"}, "`cidrs` must be a list"),
        ({"cidrs": ["203.0.113.0/24"] * 21}, "`cidrs` must be a list"),
        ({"webhookSecret": "s3cret"}, "`webhookSecret`: it is `whsec_`"),
        ({"webhookSecret": "whsec_c2hvcnQ="}, "`webhookSecret`: it is `whsec_`"),
        ({"header": {"name": "X-Platform-Token"}}, "`header` must be a header with its value"),
        ({"header": {"name": "X Token", "value": "s3cret"}}, "`header`: `X Token` is no header's name"),
        ({"header": {"name": "Host", "value": "s3cret"}}, "`Host` proves nothing"),
        ({"header": {"name": "X-Forwarded-For", "value": "s3cret"}}, "proves nothing"),
        ({"header": {"name": "X-Platform-Token", "value": "密s3cret"}}, "visible ASCII characters"),
    ],
)
def test_what_proves_nothing_is_refused_without_telling_a_secret(demands: dict[str, Any], sentence: str) -> None:
    said = OPERATOR.refused(400, "POST", "/sources", {**NEW, **demands})
    assert sentence in said
    assert "s3cret" not in said


def test_a_change_is_in_the_history_with_its_reason_and_no_secret() -> None:
    source = a_source(cidrs=["203.0.113.0/24"])
    wish = {"name": "Platform", "header": HEADER, "cidrs": None, "webhookSecret": new_secret(), "reason": "they move"}
    shown = OPERATOR.done("PATCH", f"/sources/{source.id}", wish)
    assert (shown["name"], shown["cidrs"], shown["signed"], shown["headerName"]) == (
        *("Platform", [], True),
        HEADER["name"],
    )
    entry = shown["history"][-1]
    assert (entry["by"], entry["action"], entry["reason"]) == ("alice", "change", "they move")
    assert entry["what"] == (
        "name: Platform; demands: signature, header X-Platform-Token; signature secret set; header value set"
    )


def test_a_change_of_one_demand_leaves_the_others(aws: Aws) -> None:
    source = a_source(header=HEADER, cidrs=["203.0.113.0/24"])
    [before] = aws.items("SourceTable")
    OPERATOR.done("PATCH", f"/sources/{source.id}", {"cidrs": ["198.51.100.0/24"], **WHY})
    [after] = aws.items("SourceTable")
    assert (after["header_name"], after["header_value"]) == (before["header_name"], before["header_value"])
    assert after["cidrs"] == ["198.51.100.0/24"]


def test_the_partner_of_a_source_never_changes() -> None:
    assert "`partnerId` is not known here" in OPERATOR.refused(
        400, "PATCH", f"/sources/{a_source().id}", {"partnerId": 7001, **WHY}
    )


def test_nothing_to_change_is_400() -> None:
    assert "nothing to change" in OPERATOR.refused(400, "PATCH", f"/sources/{a_source().id}", WHY)


def test_a_second_rotation_within_a_day_needs_force(clock: time_machine.Traveller) -> None:
    source = a_source()
    first = OPERATOR.done("POST", f"/sources/{source.id}/rotate-token", WHY)
    assert first["token"] != source.token
    assert first["previousTokenUntil"] is not None
    clock.shift(DAY / SECOND - 1)
    assert "is still accepted until" in OPERATOR.refused(409, "POST", f"/sources/{source.id}/rotate-token", WHY)
    forced = OPERATOR.done("POST", f"/sources/{source.id}/rotate-token", {**WHY, "force": True})
    assert forced["previousTokenUntil"] is None
    OPERATOR.done("POST", f"/sources/{source.id}/rotate-token", WHY)
    assert actions(source.id) == ["create", "rotate token", "rotate token by force", "rotate token"]


def test_a_source_is_suspended_and_resumed_once_each() -> None:
    source = a_source()
    assert "cannot resume: the source is active" in OPERATOR.refused(409, "POST", f"/sources/{source.id}/resume", WHY)
    assert OPERATOR.done("POST", f"/sources/{source.id}/suspend", WHY)["state"] == "suspended"
    assert "the source is suspended" in OPERATOR.refused(409, "POST", f"/sources/{source.id}/suspend", WHY)
    assert OPERATOR.done("POST", f"/sources/{source.id}/resume", WHY)["state"] == "active"
    assert actions(source.id) == ["create", "suspend", "resume"]


@pytest.mark.parametrize("source_id", ["0" * 16, "x", "0" * 15 + "%0A"])
def test_a_source_that_is_not_there_is_404(source_id: str) -> None:
    assert OPERATOR.call("GET", f"/sources/{source_id}").status in {400, 404}
    assert OPERATOR.call("POST", f"/sources/{source_id}/suspend", WHY).status in {400, 404}


def test_a_token_in_place_of_an_id_is_not_repeated() -> None:
    source = a_source()
    said = OPERATOR.refused(404, "GET", f"/sources/{source.token}")
    assert said == "there is no such source: an id has 16 characters, 0-9 and a-f"


def test_the_list_is_in_pages_the_newest_first(clock: time_machine.Traveller) -> None:
    made = []
    for _ in range(3):
        made.append(a_source().id)
        clock.shift(MINUTE / SECOND)
    first = OPERATOR.done("GET", "/sources?limit=2")
    second = OPERATOR.done("GET", f"/sources?limit=2&cursor={first['cursor']}")
    assert [one["id"] for one in (*first["items"], *second["items"])] == made[::-1]
    assert second["cursor"] is None
    OPERATOR.refused(400, "GET", "/sources?cursor=x")


def test_two_who_change_it_at_once_do_not_overwrite_each_other(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    source = a_source()
    save = SourceTable.save

    def late(table: SourceTable, before: Any, after: Any) -> None:
        monkeypatch.setattr(SourceTable, "save", save)
        OPERATOR.done("POST", f"/sources/{source.id}/suspend", WHY)
        save(table, before, after)

    monkeypatch.setattr(SourceTable, "save", late)
    said = OPERATOR.refused(409, "PATCH", f"/sources/{source.id}", {"name": "Platform", **WHY})
    assert "it is suspended now" in said
    assert actions(source.id) == ["create", "suspend"]
    assert len(aws.items("SourceTable")) == 1


@pytest.mark.parametrize("role", ["publisher", "partner", "viewer"])
def test_only_operators_register_one(role: str) -> None:
    assert OPERATOR.call("POST", "/sources", NEW, role=role).status == 403
