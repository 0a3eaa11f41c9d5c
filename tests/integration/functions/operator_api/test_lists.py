"""The pages of lists: partners by a part of their name, the lines of the attention list, jobs; and their numbers."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from herald.domain.clock import DAY, HOUR, MINUTE, SECOND
from herald.domain.jobs.job import KEPT_FOR, Job, JobFilter, JobState
from herald.domain.transitions import Action, State
from herald.store.job_table import JobTable
from operator_api import app as operator_app
from operator_api.app import api as routes
from operator_api.openapi.document import openapi_document
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, a_partner
from tests.support.functions.dispatcher import failed, registered, stands
from tests.support.http.gateway import Gateway

api = Gateway(operator_app.handler, "OperatorFunction")
pytestmark = pytest.mark.usefixtures("aws")
PROPERTY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


def pages(path: str) -> Iterator[list[Any]]:
    """The items of each page."""
    cursor = ""
    while True:
        page = api.done("GET", f"{path}{cursor}")
        yield page["items"]
        if page["cursor"] is None:
            return
        cursor = f"&cursor={quote(page['cursor'])}"


# ───────────────────────────────────────────── Partners by name or number ─────────────────────────────────────────────


def found(name: str, more: str = "") -> list[int]:
    path = f"/partners?name={quote(name)}{more}"
    return [one["partnerId"] for page in pages(path) for one in page]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("lake", [7, 35]),
        ("LAKE", [7, 35]),
        ("\uff2c\uff41\uff4b\uff45", [7, 35]),
        ("旅行", [35, 3528]),
        ("西湖", [35]),
        ("ｶﾞ", [9]),
        ("ガ", [9]),
        ("STRASSE", [11]),
        ("e\u0301", [12]),
        ("35", [35, 3528]),
        ("\uff13\uff15\uff12", [3528]),
        (" lake ", [7, 35]),
        ("hill, l", [13]),
        ("a+b & c=d", [13]),
        ("lake 35", []),
        ("%", []),
    ],
)
def test_partners_are_found_by_name_or_number(name: str, numbers: list[int]) -> None:
    registered(
        a_partner(35, name="West Lake 西湖旅行"),
        a_partner(7, name="\uff2c\uff21\uff2b\uff25\uff33\uff29\uff24\uff25"),
        a_partner(3528, name="旅行社"),
        a_partner(9, name="トラベルガイド"),
        a_partner(11, name="Reise Straße"),
        a_partner(12, name="Caf\xe9"),
        a_partner(13, name="Hill, Ltd (a+b & c=d)"),
    )
    assert found(name) == found(name, "&limit=1") == numbers


@given(names=some.lists(some.text("abAB旅", max_size=3), max_size=9), name=some.sampled_from(["a", "B", "旅", "1"]))
@PROPERTY
def test_pages_of_a_search_are_the_whole(names: list[str], name: str, aws: Aws) -> None:
    aws.empty("PartnerTable")
    registered(*(a_partner(number, name=f"x{text}") for number, text in enumerate(names, 8)))
    wanted = [number for number, text in enumerate(names, 8) if name.lower() in text.lower() or name in str(number)]
    assert found(name, "&limit=2") == found(name) == wanted


def test_a_search_continues_only_with_its_own_cursor() -> None:
    registered(*(a_partner(number, name="Lake") for number in (1, 2, 3)))
    whole = api.done("GET", "/partners?limit=1")["cursor"]
    searched = api.done("GET", "/partners?name=lake&limit=1")["cursor"]
    assert api.done("GET", f"/partners?name=LAKE&cursor={searched}")["items"][0]["partnerId"] == 2
    for query in (f"name=lak&cursor={searched}", f"cursor={searched}", f"name=lake&cursor={whole}"):
        assert "`cursor` is not one that this list gave" in api.refused(400, "GET", f"/partners?{query}")


# ────────────────────────────────────────── The lines of the attention list ──────────────────────────────────────────


def fail(counts: dict[int, int], since: int = NOON - HOUR) -> None:
    """So many more of each partner are failed."""
    stands(*(failed(since + n, since, partner_id=partner) for partner, many in counts.items() for n in range(many)))


def lines(more: str) -> list[list[tuple[int, int]]]:
    """Partner and count of each line on each page."""
    path = f"/notifications?state=failed{more}"
    return [[(one["partnerId"], one["count"]) for one in page] for page in pages(path)]


def test_the_lines_come_by_pages_the_most_first() -> None:
    registered(*(a_partner(number) for number in range(1, 7)))
    fail({1: 1, 2: 3, 3: 2, 4: 1, 5: 3})
    assert lines("&limit=2") == [[(2, 3), (5, 3)], [(3, 2), (1, 1)], [(4, 1)]]
    first = api.done("GET", "/notifications?state=failed&limit=2")
    assert (first["omitted"], lines("&limit=5")) == (3, [[(2, 3), (5, 3), (3, 2), (1, 1), (4, 1)]])


def test_what_does_not_fit_is_on_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(*(a_partner(number) for number in range(1, 6)))
    fail({1: 1, 2: 3, 3: 2, 4: 1, 5: 1})
    monkeypatch.setattr("customer_service.lists.pagination.PAGE_BYTES", 300)
    read = [api.done("GET", "/notifications?state=failed")]
    while cursor := read[-1].get("cursor"):
        read.append(api.done("GET", f"/notifications?state=failed&cursor={cursor}"))
    assert [one["partnerId"] for page in read for one in page["items"]] == [2, 3, 1, 4, 5]
    left = [5 - sum(len(page["items"]) for page in read[: n + 1]) for n in range(len(read) - 1)]
    assert (len(left) > 0, [page.get("omitted") for page in read]) == (True, [*left, None])


@given(
    counts=some.dictionaries(some.integers(1, 6), some.integers(1, 3), min_size=1),
    later=some.dictionaries(some.integers(1, 6), some.integers(1, 4)),
)
@PROPERTY
def test_no_partner_is_missed_while_more_fails(counts: dict[int, int], later: dict[int, int], aws: Aws) -> None:
    aws.empty("PartnerTable")
    aws.empty("NotificationTable")
    registered(*(a_partner(number) for number in range(1, 7)))
    fail(counts)
    walk = pages("/notifications?state=failed&limit=1")
    seen = [(one["partnerId"], one["count"]) for one in next(walk)]
    fail(later, NOON + MINUTE)
    seen += [(one["partnerId"], one["count"]) for page in walk for one in page]
    assert seen == sorted(counts.items(), key=lambda line: (-line[1], line[0]))


def test_a_lines_cursor_continues_only_its_state() -> None:
    registered(a_partner(1), a_partner(2))
    fail({1: 1, 2: 1})
    cursor = api.done("GET", "/notifications?state=failed&limit=1")["cursor"]
    one_partners = api.done("GET", "/notifications?state=failed&partnerId=1&limit=1")["cursor"]
    for query in (f"state=held&cursor={cursor}", f"state=failed&partnerId=1&cursor={cursor}"):
        assert "`cursor` is not one that this list gave" in api.refused(400, "GET", f"/notifications?{query}")
    assert one_partners is None or api.refused(400, "GET", f"/notifications?state=failed&cursor={one_partners}")


# ──────────────────────────────────────────────────────── Jobs ────────────────────────────────────────────────────────


def a_job(number: int, created_at: int, ended_at: int | None = None) -> Job:
    return Job(
        job_id=f"20261123T040506-{number:08x}",
        action=Action.REDRIVE,
        filter=JobFilter(partner_id=3528, state=State.FAILED, since=0, before=created_at),
        reason="they are repaired",
        by="alice",
        per_second=20,
        created_at=created_at,
        matched=1,
        state=JobState.RUNNING if ended_at is None else JobState.DONE,
        ended_at=ended_at,
    )


def begun(*those: Job) -> list[Job]:
    for job in those:
        JobTable("JobTable").add(job)
    return [*those]


def in_order(those: list[Job]) -> list[str]:
    """The running ones first, then the others, both newest first."""
    return [
        job.job_id for job in sorted(those, key=lambda job: (job.ended_at is None, job.created_at, job.job_id))[::-1]
    ]


def listed(walk: Iterator[list[Any]]) -> list[str]:
    return [one["jobId"] for page in walk for one in page]


ENDS = some.lists(some.tuples(some.integers(0, 3), some.sampled_from([None, MINUTE])), max_size=9)


@given(ends=ENDS, limit=some.integers(1, 4))
@PROPERTY
def test_pages_of_jobs_are_the_whole(ends: list[tuple[int, int | None]], limit: int, aws: Aws) -> None:
    aws.empty("JobTable")
    starts = [NOON - HOUR + begun_at for begun_at, _ in ends]
    took = [None if one is None else start + one for start, (_, one) in zip(starts, ends, strict=True)]
    those = begun(*map(a_job, range(len(ends)), starts, took))
    assert listed(pages(f"/jobs?limit={limit}")) == in_order(those)


def test_a_job_that_ends_or_begins_moves_no_later_page(clock: time_machine.Traveller) -> None:
    those = begun(*(a_job(n, NOON - HOUR + n) for n in range(4)), a_job(9, NOON - HOUR, NOON - MINUTE))
    walk = pages("/jobs?limit=2")
    first = next(walk)
    clock.shift(60)
    for job in (those[0], those[3]):  # one that is still to come, and one that was listed
        JobTable("JobTable").save(job, replace(job, version=2, state=JobState.DONE, ended_at=NOON + MINUTE))
    begun(a_job(100, NOON + 1), a_job(101, NOON + 1, NOON + 2))
    assert [one["jobId"] for one in first] + listed(walk) == in_order(those)


def test_fifty_jobs_are_a_page_unless_one_says_otherwise() -> None:
    those = begun(*(a_job(n, NOON - HOUR + n, NOON) for n in range(52)))
    assert [len(page) for page in pages("/jobs?")] == [50, 2]
    assert listed(pages("/jobs?limit=100")) == in_order(those)


def test_a_job_whose_time_to_live_has_ended_is_not_listed() -> None:
    old, kept = NOON - KEPT_FOR, NOON - KEPT_FOR + 1
    begun(a_job(1, old - DAY, old), a_job(2, old - DAY, kept), a_job(3, old - DAY))
    assert [one[-1] for one in listed(pages("/jobs?"))] == ["3", "2"]


@pytest.mark.parametrize("query", ["cursor=", "cursor=abc", "cursor=3528", "cursor=eyJhdCI6IDF9"])
def test_a_bad_cursor_of_jobs_is_refused(query: str) -> None:
    assert "`cursor` is not one that this list gave" in api.refused(400, "GET", f"/jobs?{query}")


# ────────────────────────────────────────────────────── Numbers ──────────────────────────────────────────────────────

NUMBERS = [
    (path, parameter["name"])
    for path, operations in openapi_document(routes)["paths"].items()
    for parameter in operations.get("get", {}).get("parameters", [])
    if parameter.get("in") == "query" and parameter["schema"].get("type") == "integer"
]


def test_the_numbers_of_the_queries_are_known() -> None:
    assert set(NUMBERS) >= {("/notifications", "partnerId"), ("/notifications", "limit"), ("/jobs", "limit")}


@pytest.mark.parametrize(("path", "name"), NUMBERS)
@pytest.mark.parametrize("text", ["05", "+5", "%205", "5%20", "5.0", "5e0", "0x5", "1_0", "\u0665", "", "5,5", "5%0A"])
def test_a_number_in_a_query_has_one_form(path: str, name: str, text: str) -> None:
    others = "state=failed&" if path == "/notifications" else ""
    assert f"`{name}` must be" in api.refused(400, "GET", f"{path}?{others}{name}={quote(text, safe='%')}")
