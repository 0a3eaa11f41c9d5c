"""`herald reindex` on an API of answers set before."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.http.api_stub import StubApi, canned
from tools.cli.context import Surroundings
from tools.cli.main import main

ID = "20261126T040506-1f2e3d4c"
JOB = {
    "jobId": ID,
    "action": "reindex",
    "reason": "update",
    "by": "alice",
    "perSecond": 200,
    "state": "running",
    "createdAt": "2026-11-26T04:05:06.000Z",
    "matched": 300,
    "changed": 0,
    "passedOver": 7,
}

type Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def api() -> StubApi:
    api = StubApi()
    api.answers["POST /jobs/reindex"] = canned({"jobId": ID, "matched": 300}, 202)
    api.answers[f"GET /jobs/{ID}"] = canned(JOB)
    return api


@pytest.fixture
def run(api: StubApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def pause(_seconds: float) -> None:
        """A second later the job is done."""
        api.answers[f"GET /jobs/{ID}"] = canned({**JOB, "state": "done", "changed": 293})

    def run(*arguments: str) -> tuple[int, str, str]:
        environment = {"HERALD_API_URL": "https://herald.example", "HERALD_KEY": "k"}
        with pytest.raises(SystemExit) as ended:
            main(arguments, Surroundings(environment, tmp_path, api.session(), pause))
        captured = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, " ".join(captured.out.split()), " ".join(captured.err.split())

    return run


def test_it_begins_the_job_and_waits_for_its_end(run: Run, api: StubApi) -> None:
    code, out, _ = run("reindex", "--per-second", "500")

    assert code == 0
    (begun,) = [json.loads(one.body or b"null") for one in api.asked if one.method == "POST"]
    assert begun == {"reason": "update", "perSecond": 500}
    assert f"Job {ID}: done what reindex: put what older versions stored into the lists by partner and time" in out
    assert "how far 300 of 300, 7 were in the lists already, or have expired" in out


def test_it_need_not_wait(run: Run) -> None:
    code, out, _ = run("reindex", "--no-wait")

    assert (code, "running" in out) == (0, True)


def test_what_has_begun_is_said_though_its_progress_is_unknown(run: Run, api: StubApi) -> None:
    api.answers[f"GET /jobs/{ID}"] = canned({"code": 50300, "describe": "try again"}, 503)

    code, out, _ = run("reindex")

    assert code == 0
    assert f"Job {ID} has begun." in out


def test_the_list_of_jobs_has_it_too(run: Run, api: StubApi) -> None:
    api.answers["GET /jobs"] = canned({"items": [JOB], "cursor": None})
    api.answers["GET /partners"] = canned({"items": [], "cursor": None})

    assert "reindex: put what older versions stored" in run("jobs", "list")[1]
    assert run("jobs", "list", "--csv")[1].split()[-1].startswith(ID)
