"""`herald jobs`: what is asked before anything in bulk, and what is shown while it goes on."""

import json
import re
from collections.abc import Callable
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
from rich.console import Console

from tests.support.factories import NOON
from tests.support.http.api_stub import StubApi, canned
from tools.cli.context import Surroundings
from tools.cli.main import main
from tools.cli.moments import moment
from tools.cli.rendering.job import Following, plan

JOB = {
    "jobId": "20261123T040506-1a2b3c4d",
    "action": "redrive",
    "filter": {"partnerId": 3528, "state": "failed", "since": "1970-01-01T00:00:00Z", "before": "2026-11-23T04:05:06Z"},
    "reason": "repaired",
    "by": "alice",
    "perSecond": 20,
    "state": "running",
    "createdAt": "2026-11-23T04:05:06Z",
    "matched": 300,
    "changed": 0,
    "passedOver": 0,
}
START = ("jobs", "start", "redrive", "--partner", "3528", "--reason", "repaired")
ENVIRONMENT = {"HERALD_API_URL": "https://herald.example", "HERALD_KEY": "k"}

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def api() -> StubApi:
    api = StubApi()
    api.answers["GET /partners/3528"] = canned({"name": "Lakeside"})
    api.answers["POST /jobs"] = canned({"jobId": JOB["jobId"], "matched": 300}, 202)
    api.answers[f"GET /jobs/{JOB['jobId']}"] = canned(JOB)
    return api


@pytest.fixture
def run(api: StubApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def pause(seconds: float) -> None:
        """A second later the job has come a page further."""
        assert seconds == 1
        job = json.loads(api.answers[f"GET /jobs/{JOB['jobId']}"][2])  # type: ignore[index] # it is told nothing else
        job["changed"] += 100
        job["state"] = "done" if job["changed"] == 300 else "running"
        api.answers[f"GET /jobs/{JOB['jobId']}"] = canned(job)

    def run(*arguments: str) -> tuple[int, str, str]:
        surroundings = Surroundings(environment=ENVIRONMENT, folder=tmp_path, session=api.session(), pause=pause)
        with pytest.raises(SystemExit) as ended:
            main(arguments, surroundings)
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, " ".join(captured.out.split()), " ".join(captured.err.split())

    return run


def wishes(api: StubApi) -> list[Any]:
    return [json.loads(one.body or b"null") for one in api.asked if one.method == "POST"]


def test_nothing_in_bulk_begins_unless_the_person_said_yes(run: Run, api: StubApi) -> None:
    code, _, err = run(*START)
    assert code == 2
    assert "Redrive 300 notifications of Lakeside (partner 3528) that are failed, 20 a second, which takes 15 s?" in err
    assert "add --yes" in err
    assert [wish["dryRun"] for wish in wishes(api)] == [True]


def test_with_yes_it_begins_and_stays_until_it_is_done(run: Run, api: StubApi) -> None:
    code, out, _ = run(*START, "--yes")
    assert code == 0
    assert "Job 20261123T040506-1a2b3c4d: done" in out
    assert "how far 300 of 300" in out
    counted, begun = wishes(api)
    assert counted == {**begun, "dryRun": True}
    assert begun == {
        "action": "redrive",
        "filter": {"partnerId": 3528, "state": "failed"},
        "reason": "repaired",
        "perSecond": 20,
    }


@pytest.mark.parametrize("text", ["20261126", "1795406706", "2026-13-01", "2026-11-26T04:00:00", "2 h", "h", "0d", ""])
def test_what_is_no_moment_is_wrong_usage_and_nothing_is_asked(run: Run, api: StubApi, text: str) -> None:
    code, _, err = run(*START, "--since", text, "--dry-run")
    assert (code, "--since" in err, api.asked) == (2, True, [])


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("2026-11-26T04:00:00+08:00", "2026-11-26T04:00:00+08:00"),
        ("2026-11-26", "2026-11-26T00:00:00+08:00"),
        ("2h", "2026-11-23T10:00:00.000Z"),
        ("30m", "2026-11-23T11:30:00.000Z"),
        ("3d", "2026-11-20T12:00:00.000Z"),
        (None, None),
    ],
)
def test_a_moment_is_a_date_a_time_ago_or_rfc_3339(text: str | None, sent: str | None) -> None:
    assert moment("--since", text, NOON, timezone(timedelta(hours=8))) == sent


def test_a_dry_run_and_the_question_say_from_when_to_when(run: Run, api: StubApi) -> None:
    filtered = {**JOB["filter"], "since": "2026-11-20T00:00:00Z"}  # type: ignore[dict-item] # it is one
    api.answers["POST /jobs"] = canned({"jobId": None, "matched": 3, "filter": filtered})
    for more, place in [("--dry-run", 1), ("--no-wait", 2)]:
        result = run(*START, "--since", "2026-11-20T00:00:00Z", more)[place]
        assert re.search(r"became failed from 2026-11-\d\d .*UTC.* until before 2026-11-2\d .*UTC", str(result))
    assert "when what became so from the beginning until before 2026-11-2" in run("jobs", "show", str(JOB["jobId"]))[1]


def test_without_waiting_it_says_how_far_it_is_now(run: Run) -> None:
    code, out, _ = run(*START, "--yes", "--no-wait")
    assert (code, "running" in out, "how far 0 of 300" in out) == (0, True, True)


def test_a_dry_run_only_counts(run: Run, api: StubApi) -> None:
    code, out, _ = run(*START, "--dry-run")
    assert (code, "300 notifications" in out, "nothing was begun" in out) == (0, True, True)
    assert len(wishes(api)) == 1


def test_where_nothing_matches_nothing_is_begun(run: Run, api: StubApi) -> None:
    api.answers["POST /jobs"] = canned({"jobId": None, "matched": 0})
    code, out, _ = run(*START, "--yes")
    assert (code, "0 notifications" in out, len(wishes(api))) == (0, True, 1)


def test_as_json_it_answers_the_job_and_nothing_else(run: Run) -> None:
    code, out, err = run(*START, "--yes", "--json")
    assert (code, json.loads(out)["changed"], err) == (0, 300, "")


def test_a_cancelled_job_tells_by_whom_and_why(run: Run, api: StubApi) -> None:
    ended = {"endedAt": "2026-11-23T04:06:00Z", "endedBy": "bob", "endedBecause": "the wrong partner"}
    answer = {**JOB, "state": "cancelled", "changed": 100, "passedOver": 2, **ended}
    api.answers[f"POST /jobs/{JOB['jobId']}/cancel"] = canned(answer)
    code, out, _ = run("jobs", "cancel", str(JOB["jobId"]), "--reason", "the wrong partner")
    assert code == 0
    assert "by bob, “the wrong partner”" in out
    assert "102 of 300, 2 had been changed by somebody else" in out


def test_the_list_says_what_each_job_does(run: Run, api: StubApi) -> None:
    api.answers["GET /jobs"] = canned({"items": [JOB, {**JOB, "filter": {**JOB["filter"], "partnerId": 7}}]})  # type: ignore[dict-item] # a dict
    api.answers["GET /partners"] = canned({"items": [{"partnerId": 3528, "name": "Lakeside"}]})
    result = run("jobs", "list")[1]
    assert "redrive what is failed of Lakeside (partner 3528)" in result
    assert "redrive what is failed of partner 7" in result
    api.answers["GET /jobs"] = canned({"items": []})
    assert run("jobs", "list")[1] == "There are no jobs."


def test_on_a_terminal_a_bar_shows_how_far_it_is() -> None:
    with Following(JOB, visible=True) as following:
        following.show({**JOB, "changed": 120, "passedOver": 30})
        console = Console(width=80, force_terminal=True, record=True)
        console.print(following._progress)
    assert "150/300" in console.export_text()


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (1, "Cancel 1 notification of partner 7 that is held"),
        (2, "Cancel 2 notifications of partner 7 that are held"),
    ],
)
def test_the_plan_names_the_count(count: int, says: str) -> None:
    assert str(plan("cancel", "held", count, None, 7, 20)) == says


@pytest.mark.parametrize(
    "answer",
    [
        canned({"message": "Too Many Requests"}, 429),
        canned({"code": 50300, "describe": "not now"}, 503),
        canned({"code": 40400, "describe": "there is no such job"}, 404),
        canned({"message": "Service Unavailable"}, 503),
        requests.ConnectionError("gone"),
        requests.ReadTimeout("late"),
    ],
    ids=str,
)
@pytest.mark.parametrize("more", [("--yes",), ("--yes", "--no-wait"), ("--yes", "--json")])
def test_a_job_that_has_begun_is_exit_code_0_whatever_comes_of_looking_at_it(
    run: Run, api: StubApi, answer: Any, more: tuple[str, ...]
) -> None:
    api.answers[f"GET /jobs/{JOB['jobId']}"] = answer
    code, out, _ = run(*START, *more)
    assert (code, str(JOB["jobId"]) in out) == (0, True)
