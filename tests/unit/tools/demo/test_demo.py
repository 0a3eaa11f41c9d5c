"""The demo reports a failure whenever a scenario does not end as it must."""

import io
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from tools.demo.assertions import ScenarioResult, failures, summary
from tools.demo.scenarios import RUNGS, SCENARIOS
from tools.demo.timeline import Timeline
from tools.demo.watchers import changes
from tools.sample_partner import Received, Script, Signature

RETRIED, REDRIVEN = SCENARIOS[1], SCENARIOS[2]
GAP = 100  # ms that a retry comes after its rung


def received(scenario: Any = REDRIVEN) -> list[Received]:
    """What the partner gets when all goes well."""
    at = 1_000_000
    requests: list[Received] = []
    for round_, tries in enumerate(scenario.tries, 1):
        for attempt in range(1, tries + 1):
            at += int((RUNGS[attempt - 2] if attempt > 1 else 5) * 1000) + GAP
            headers = {"herald-round": str(round_), "herald-attempt": str(attempt)}
            requests.append(
                Received(
                    at=at,
                    method="POST",
                    path=f"/p/{scenario.path}",
                    headers=headers,
                    body=scenario.payload(),
                    number=len(requests) + 2,
                    signature=Signature.VALID,
                    answer="",
                    answered_at=at,
                )
            )
    return requests


def result(**changed: Any) -> ScenarioResult:
    return replace(ScenarioResult(REDRIVEN, {"state": "delivered"}, received()), **changed)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.partner)
def test_an_expected_result_has_no_failures(scenario: Any) -> None:
    assert not list(failures(ScenarioResult(scenario, {"state": "delivered"}, received(scenario))))


@pytest.mark.parametrize(
    ("wrong", "failure"),
    [
        ({"notification": {"state": "failed"}}, "it is failed, not delivered"),
        ({"received": received()[:-1]}, "4 attempts, (4, 0) by round"),
        ({"received": [*received(), received()[-1]]}, "6 attempts, (4, 2) by round"),
        ({"received": [replace(received()[0], body=b"{}"), *received()[1:]]}, "request 2 is not the payload"),
        (
            {"received": [replace(received()[0], signature=Signature.UNCHECKED), *received()[1:]]},
            "request 2 has a signature that is unchecked",
        ),
    ],
)
def test_each_difference_is_named(wrong: dict[str, Any], failure: str) -> None:
    assert any(one.startswith(failure) for one in failures(result(**wrong)))


@pytest.mark.parametrize("shift", [-GAP - 1, 1401])
def test_a_retry_that_is_early_or_late_is_named(shift: int) -> None:
    requests = received()
    requests[3] = replace(requests[3], at=requests[3].at + shift)
    assert [one for one in failures(result(received=requests)) if "where its rung is 3 s" in one]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.partner)
def test_each_story_has_a_script_that_ends_it_where_its_tries_say(scenario: Any) -> None:
    answers = [Script.parse(scenario.script).answer(number).body for number in range(1, scenario.tries[0] + 1)]
    assert b"success" not in answers[:-1]
    assert (answers[-1] == b"success") is not scenario.ends_at_the_operator


def test_the_summary_tells_the_waits_beside_their_rungs() -> None:
    console = Console(file=io.StringIO(), width=120)
    console.print(summary([result()]))
    assert "1.10 s, 2.10 s, 3.10 s (1, 2, 3)" in console.file.getvalue()  # type: ignore[attr-defined] # a StringIO
    assert "4 + 1 in 2 rounds" in console.file.getvalue()  # type: ignore[attr-defined] # a StringIO


# The timeline


def lines(width: int, *events: tuple[str, str]) -> list[str]:
    out = io.StringIO()
    timeline = Timeline(Console(file=out, width=width))
    for event in events:
        timeline.report(*event)
    return out.getvalue().splitlines()


def test_an_event_is_one_line_with_its_time_and_whose_it_is() -> None:
    [line] = lines(120, ("Lakeside Travel", "attempt 1 [of] round 1"))
    assert line.split(maxsplit=2) == ["0.0", "s", "Lakeside Travel   attempt 1 [of] round 1"]


def test_a_long_event_goes_on_below_its_own_words_and_no_line_is_padded() -> None:
    first, second = lines(60, ("Herald", "the ladder is exhausted, and a person must act"))
    assert second.index("person") == first.index("the ladder")
    assert (first, second) == (first.rstrip(), second.rstrip())


ATTEMPT = {"round": 1, "attempt": 1, "verdict": "bad_status", "reason": "HTTP 503"}
WAITING = {"state": "waiting", "round": 1, "attempts": []}


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (WAITING, WAITING, []),
        (WAITING, {**WAITING, "attempts": [ATTEMPT]}, ["attempt 1 of round 1 turned down: HTTP 503"]),
        (WAITING, {**WAITING, "state": "delivered"}, ["delivered"]),
        ({**WAITING, "state": "failed"}, {**WAITING, "round": 2}, ["waiting again, in round 2"]),
    ],
)
def test_only_what_changed_between_two_looks_is_said(before: Any, now: Any, said: list[str]) -> None:
    assert [what for what, _ in changes(before, now)] == said
