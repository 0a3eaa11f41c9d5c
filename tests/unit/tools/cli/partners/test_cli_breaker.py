"""`herald partners show` tells what stands with the partner's breaker, and nothing where its server answers."""

from datetime import UTC
from typing import Any

import pytest

from herald.domain.clock import SECOND
from tests.support.factories import NOON
from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import PARTNER, Herald
from tools.cli.rendering.breaker import breaker_lines
from tools.common.formatting import Formatter

OPEN = {
    "state": "open",
    "outages": 20,
    "unansweredSince": "2026-11-23T11:29:30.000Z",
    "openedAt": "2026-11-23T11:30:00.000Z",
    "nextProbeAt": "2026-11-23T12:04:00.000Z",
    "probeEverySeconds": 300,
    "waiting": 4112,
}


def told(breaker: dict[str, Any]) -> str:
    return "\n".join(str(line) for line in breaker_lines(breaker, Formatter(NOON + SECOND, UTC)))


def test_an_open_one_says_since_when_how_often_and_how_many_wait() -> None:
    assert told(OPEN).split("\n") == [
        "  breaker   open: its server stopped answering at 11:29:30",
        "            one attempt every 5 min, the next at 12:04:00",
        "            4,112 notifications are held back",
    ]


def test_a_recovering_one_says_what_happens() -> None:
    line = told({"state": "recovering", "outages": 0, "recoveringSince": "2026-11-23T12:00:00.000Z"})
    assert line == "  breaker   closed at 12:00:00: what waits is sent, the oldest first"


@pytest.mark.parametrize(
    ("outages", "said"),
    [(1, "the last attempt found its server unreachable"), (7, "the last 7 attempts found its server unreachable")],
)
def test_outages_in_a_row_are_told_before_it_opens(outages: int, said: str) -> None:
    assert said in told({"state": "closed", "outages": outages})


@pytest.mark.parametrize("breaker", [{}, {"state": "closed", "outages": 0}])
def test_nothing_is_said_of_a_partner_that_answers_or_by_an_older_api(breaker: dict[str, Any]) -> None:
    assert not told(breaker)


@pytest.mark.parametrize(
    ("breaker", "said"),
    [(OPEN, "active, breaker open"), ({"state": "recovering"}, "active, breaker recovering"), (None, "active")],
)
def test_the_list_says_whose_breaker_is_not_closed(
    api: StubApi, herald: Herald, breaker: dict[str, Any] | None, said: str
) -> None:
    one = {**PARTNER, "name": "West Lake", "state": "active", **({"breaker": breaker} if breaker else {})}
    api.answers["GET /partners"] = canned({"items": [one], "cursor": None})
    line = herald("partners", "list").out.splitlines()[1]
    assert said in line
    assert ("breaker" in line) == (breaker is not None)


@pytest.mark.parametrize("command", ["probe", "close-breaker"])
def test_a_person_decides_with_a_reason(api: StubApi, herald: Herald, command: str) -> None:
    partner = {"partnerId": 3528, "name": "West Lake", "state": "active", "url": "https://x.example/", "history": []}
    api.answers[f"POST /partners/3528/{command}"] = canned({**partner, "breaker": OPEN})
    result = herald("partners", command, "3528", "--reason", "they called")
    assert result.code == 0
    assert "one attempt every 5 min" in result.out
