"""Lists of the command line: which pages are asked for, and what is said where there are more."""

import json
from typing import Any

import pytest

from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import PARTNER, Herald
from tools.common.pages import all_pages, joined, pages_up_to

LINE = {"partnerId": 1, "name": "A", "count": 2, "oldest": "2026-11-23T00:00:00Z", "reason": "no"}


class Numbers:
    """A list of so many items; a page has at most `most` of them, however many are asked for."""

    def __init__(self, count: int, most: int = 100) -> None:
        self.count, self.most = count, most
        self.limits: list[int | None] = []

    def page(self, limit: int | None = None, cursor: str | None = None, **_: Any) -> dict[str, Any]:
        self.limits.append(limit)
        start = int(cursor or 0)
        end = min(self.count, start + min(limit or self.most, self.most))
        return {"items": [*range(start, end)], "cursor": str(end) if end < self.count else None}


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_all_pages_have_every_item_once(count: int) -> None:
    assert joined(all_pages(Numbers(count).page, {})) == {"items": [*range(count)]}


@pytest.mark.parametrize(
    ("wanted", "found", "limits", "cursor"),
    [
        (1, 1, [1], "1"),
        (100, 100, [100], "100"),
        (150, 150, [100, 50], "150"),
        (249, 249, [100, 100, 49], "249"),
        (250, 250, [100, 100, 50], None),
        (999, 250, [100, 100, 100], None),
    ],
)
def test_so_many_items_come_in_pages(wanted: int, found: int, limits: list[int], cursor: str | None) -> None:
    numbers = Numbers(250)
    assert joined(pages_up_to(numbers.page, {}, wanted)) == {"items": [*range(found)], "cursor": cursor}
    assert numbers.limits == limits


def test_pages_that_end_early_are_followed() -> None:
    numbers = Numbers(10, most=3)
    assert joined(pages_up_to(numbers.page, {}, 8)) == {"items": [*range(8)], "cursor": "8"}
    assert numbers.limits == [8, 5, 2]


def asked(api: StubApi) -> list[str]:
    return [(one.url or "").partition(".example")[2] for one in api.asked]


def test_partners_are_asked_for_by_name(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners"] = canned({"items": [PARTNER], "cursor": None})
    assert "Lakeside [Travel]" in herald("partners", "list", "--name", "湖 lake").result
    assert asked(api) == ["/partners?name=%E6%B9%96+lake"]
    api.answers["GET /partners"] = canned({"items": [], "cursor": None})
    ended = herald("partners", "list", "--name", "\x1b[2J")
    assert ended.result == r"No partner's name or number contains `\x1b[2J`."


JOBS = "GET /jobs?limit="
JOB = {
    "jobId": "20261123T040506-1a2b3c4d",
    "action": "redrive",
    "filter": {"partnerId": 3528, "state": "failed"},
    "reason": "repaired",
    "by": "alice",
    "state": "running",
    "createdAt": "2026-11-23T04:05:06Z",
    "matched": 300,
    "changed": 0,
    "passedOver": 0,
}


@pytest.fixture
def many_jobs(api: StubApi) -> StubApi:
    api.answers["GET /partners"] = canned({"items": [PARTNER], "cursor": None})
    for limit in (50, 100):
        api.answers[f"{JOBS}{limit}"] = canned({"items": [JOB] * limit, "cursor": "c"})
    for limit in (50, 100):
        api.answers[f"{JOBS}{limit}&cursor=c"] = canned({"items": [JOB] * 30, "cursor": None})
    return api


@pytest.mark.parametrize(
    ("more", "pages", "count"),
    [
        ((), ["50"], 50),
        (("--limit", "100"), ["100"], 100),
        (("--limit", "150"), ["100", "50&cursor=c"], 130),
        (("--all",), ["100", "100&cursor=c"], 130),
    ],
)
def test_jobs_are_listed_over_pages(
    herald: Herald, many_jobs: StubApi, more: tuple[str, ...], pages: list[str], count: int
) -> None:
    ended = herald("jobs", "list", "--json", *more)
    assert (len(json.loads(ended.out)["items"]), asked(many_jobs)) == (count, [f"/jobs?limit={one}" for one in pages])
    result = herald("jobs", "list", *more).result
    assert (result.count("Job 2026"), "add --all" in result) == (count, count in {50, 100})


def test_jobs_are_all_or_so_many(herald: Herald, api: StubApi) -> None:
    ended = herald("jobs", "list", "--all", "--limit", "3")
    assert (ended.code, "--all and --limit exclude each other" in ended.err, api.asked) == (2, True, [])


def test_the_attention_list_says_how_to_go_on(herald: Herald, api: StubApi) -> None:
    api.answers["GET /notifications"] = canned({"items": [LINE], "omitted": 7, "cursor": "c2"})
    result = herald("failed", "--limit", "1", "--cursor", "c1").result
    assert asked(api) == ["/notifications?state=failed&limit=1&cursor=c1"]
    assert "And 7 partners more, with fewer." in result
    assert "add --cursor c2" in result
