"""`herald partners change` with limits and headers, what `show` says of them, and `jobs start --state waiting`."""

import io
import json
import sys
from typing import override

import pytest
import typer

from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import PARTNER, CommandResult, Herald

LIMITED = {**PARTNER, "timeout": 5, "ratePerSecond": 20, "concurrency": 4, "headerNames": ["X-Api-Key", "X-Zone"]}


@pytest.fixture(autouse=True)
def partner(api: StubApi) -> None:
    api.answers["PATCH /partners/3528"] = canned(LIMITED)
    api.answers["GET /partners/3528"] = canned(LIMITED)


def change(herald: Herald, *options: str) -> CommandResult:
    return herald("partners", "change", "3528", *options, "--reason", "a small server")


def wished(api: StubApi) -> dict[str, object]:
    """The body of the change, without its reason."""
    body: dict[str, object] = json.loads(next(one.body or "" for one in api.asked if one.method == "PATCH"))
    assert body.pop("reason") == "a small server"
    return body


def test_limits_are_given_as_numbers_and_taken_away_by_0(herald: Herald, api: StubApi) -> None:
    assert change(herald, "--timeout", "5", "--rate", "20", "--concurrency", "0").code == 0
    assert wished(api) == {"timeout": 5, "ratePerSecond": 20, "concurrency": None}


def test_what_is_not_given_is_not_changed(herald: Herald, api: StubApi) -> None:
    change(herald, "--rate", "0")
    assert wished(api) == {"ratePerSecond": None}


@pytest.mark.parametrize("option", [("--timeout", "16"), ("--rate", "201"), ("--concurrency", "-1"), ("--rate", "x")])
def test_a_limit_out_of_bounds_is_wrong_usage(herald: Herald, api: StubApi, option: tuple[str, str]) -> None:
    assert change(herald, *option).code == 2
    assert api.asked == []


def test_headers_are_set_and_removed_by_name(herald: Herald, api: StubApi) -> None:
    change(herald, "--header", "X-Api-Key: a:b c", "--header", "X-Zone:5", "--remove-header", "X-Old")
    assert wished(api) == {"headers": {"X-Api-Key": "a:b c", "X-Zone": "5", "X-Old": None}}


def test_a_value_that_is_not_given_is_read_from_the_standard_input(
    herald: Herald, api: StubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("k-5f2c-secret\nother\n"))
    result = change(herald, "--header", "X-Api-Key")
    assert wished(api) == {"headers": {"X-Api-Key": "k-5f2c-secret"}}
    assert "k-5f2c-secret" not in result.out + result.err


def test_on_a_terminal_the_value_is_asked_for_unseen(
    herald: Herald, api: StubApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, bool]] = []

    class Terminal(io.StringIO):
        @override
        def isatty(self) -> bool:
            return True

    def prompt(question: str, *, hide_input: bool, err: bool) -> str:
        asked.append((question, hide_input and err))
        return "k-5f2c-secret"

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(typer, "prompt", prompt)
    change(herald, "--header", "X-Api-Key")
    assert wished(api) == {"headers": {"X-Api-Key": "k-5f2c-secret"}}
    assert asked == [("Value of X-Api-Key", True)]


def test_a_header_cannot_be_set_and_removed_at_once(herald: Herald, api: StubApi) -> None:
    result = change(herald, "--header", "X-Zone: 5", "--remove-header", "x-zone")
    assert (result.code, api.asked) == (2, [])
    assert "--header and --remove-header both name `x-zone`" in result.err


def test_limits_and_names_of_headers_are_shown(herald: Herald) -> None:
    shown = herald("partners", "show", "3528").result
    assert "5 s for one attempt, 20 attempts a second, 4 POSTs at once" in shown
    assert "X-Api-Key, X-Zone (values are not shown)" in shown


def test_a_partner_without_limits_has_no_line_of_them(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners/3528"] = canned({**LIMITED, "timeout": None, "ratePerSecond": None, "concurrency": None})
    assert "limits" not in herald("partners", "show", "3528").out


WAITING = {"partnerId": 3528, "state": "waiting", "since": "2026-08-23T12:00:00Z", "before": "2026-11-23T12:00:00Z"}


@pytest.mark.parametrize("at_least", [False, True])
def test_a_job_over_what_waits_says_by_which_moment_it_takes(herald: Herald, api: StubApi, at_least: bool) -> None:  # noqa: FBT001 - pytest passes it by name
    counted = {"jobId": None, "matched": 3, "filter": WAITING, **({"matchedAtLeast": True} if at_least else {})}
    api.answers["POST /jobs"] = canned(counted)

    result = herald(
        *("jobs", "start", "redrive", "--partner", "3528", "--state", "waiting", "--reason", "repaired", "--dry-run")
    )

    assert result.code == 0
    assert "Taken is what waits and was accepted from" in result.result
    assert ("there may be more" in result.result) is at_least
    assert "Redrive 3 notifications of Lakeside [Travel] (partner 3528) that are waiting" in result.result
