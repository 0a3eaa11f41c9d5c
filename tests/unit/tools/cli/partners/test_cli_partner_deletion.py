"""`herald partners delete` says what will go before it asks, and which job does it."""

import json

import pytest

from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import Herald

JOB = "20261123T040506-1f2e3d4c"
FOUND = {"jobId": None, "matched": 12_480, "waiting": 0, "held": 0, "failed": 0}
PARTNER = {"partnerId": 3528, "name": "Lakeside Travel", "state": "active"}
WORDS = ("partners", "delete", "3528", "--reason", "the contract has ended")


@pytest.fixture(autouse=True)
def _answers(api: StubApi) -> None:
    api.answers["GET /partners/3528"] = canned(PARTNER)
    api.answers["DELETE /partners/3528"] = canned({**FOUND, "jobId": JOB}, 202)
    api.answers["DELETE /partners/3528?reason=the+contract+has+ended&dryRun=true"] = canned(FOUND)


def test_it_counts_first_and_then_begins(herald: Herald, api: StubApi) -> None:
    result = herald(*WORDS, "--yes")
    assert result.code == 0, result.err
    assert f"Job {JOB} deletes its data" in " ".join(result.out.split())
    asked = [one.path_url for one in api.asked if one.method == "DELETE"]
    assert asked == [
        "/partners/3528?reason=the+contract+has+ended&dryRun=true",
        "/partners/3528?reason=the+contract+has+ended",
    ]


def test_with_force_it_cancels_what_is_still_to_be_done(herald: Herald, api: StubApi) -> None:
    assert herald(*WORDS, "--yes", "--force").code == 0
    assert [one.path_url for one in api.asked if one.method == "DELETE"][1].endswith("&force=true")


def test_without_a_person_to_ask_nothing_is_deleted(herald: Herald, api: StubApi) -> None:
    assert herald(*WORDS).code != 0
    assert [one.path_url for one in api.asked if one.method == "DELETE" and "dryRun" not in (one.path_url or "")] == []


def test_as_json_it_is_the_answer_of_the_api(herald: Herald) -> None:
    assert json.loads(herald(*WORDS, "--yes", "--json").out)["jobId"] == JOB
