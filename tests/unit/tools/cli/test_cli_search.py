"""`herald list` and `herald find`: what the API is asked, and what is said of the answers."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import Any, override
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine

from herald.domain.clock import HOUR, SECOND
from tests.support.factories import NOON
from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import ENVIRONMENT, ID, NOTIFICATION, PARTNER
from tools.cli.context import Surroundings
from tools.cli.main import main
from tools.cli.moments import moment
from tools.common.errors import Misused

NONE: dict[str, Any] = {"items": [], "cursor": None}
ONE: dict[str, Any] = {"items": [NOTIFICATION], "cursor": None}
TAIPEI = timezone(timedelta(hours=8))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON / SECOND, tick=False):
        yield


class Lists(StubApi):
    """Answers the lists one after another, the last one for ever."""

    def __init__(self, *lists: dict[str, Any]) -> None:
        super().__init__({f"GET /notifications/{ID}": canned(NOTIFICATION), "GET /partners/3528": canned(PARTNER)})
        self.lists = [*lists]

    @override
    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if urlsplit(request.url or "").path == "/notifications":
            self.answers["GET /notifications"] = canned(self.lists.pop(0) if len(self.lists) > 1 else self.lists[0])
        return super().send(request)

    def queries(self) -> list[dict[str, str]]:
        """The queries of the lists that were asked for."""
        asked = [urlsplit(one.url or "") for one in self.asked]
        lists = [parse_qs(url.query) for url in asked if url.path == "/notifications"]
        return [{name: values[0] for name, values in query.items()} for query in lists]


type Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def herald(api: StubApi, *arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(arguments, Surroundings(environment=ENVIRONMENT, folder=tmp_path, session=api.session()))
        assert ended.value.code == 0
        return capsys.readouterr().out

    return herald


def test_a_list_asks_for_the_range_and_the_filters(run: Run) -> None:
    api = Lists(ONE)

    out = run(api, "list", "--partner", "3528", "--from", "-2h", "--to", "2026-11-23T11:00:00Z", "--state", "waiting")

    assert api.queries() == [
        {
            "partnerId": "3528",
            "from": "2026-11-23T10:00:00.000Z",
            "to": "2026-11-23T11:00:00Z",
            "state": "waiting",
            "limit": "50",
        }
    ]
    assert ID in out


def test_failed_ones_are_listed_by_acceptance_too(run: Run) -> None:
    api = Lists(ONE)

    run(api, "list", "--partner", "3528", "--state", "failed")
    run(api, "list", "--partner", "3528", "--state", "failed", "--to", "2026-11-01T00:00:00Z")

    assert [(one.get("from"), one.get("to")) for one in api.queries()] == [
        ("2026-11-16T12:00:00.000Z", None),
        (None, "2026-11-01T00:00:00Z"),
    ]


def test_empty_pages_are_passed_over(run: Run) -> None:
    api = Lists({"items": [], "cursor": "a"}, ONE)

    assert ID in run(api, "list", "--partner", "3528", "--code", "7")
    assert [one.get("cursor") for one in api.queries()] == [None, "a"]


def test_more_than_a_page_is_offered_and_given(run: Run) -> None:
    api = Lists({**ONE, "cursor": "a"}, {**ONE, "cursor": "a"}, ONE)

    assert "There are more: add --all." in run(api, "list", "--partner", "3528", "--limit", "1")
    assert run(api, "list", "--partner", "3528", "--all").count(ID) == 2


def test_an_order_number_is_found_at_once(run: Run) -> None:
    api = Lists(ONE)

    assert ID in run(api, "find", "test158585", "--partner", "3528")
    assert api.queries() == [{"partnerId": "3528", "orderId": "test158585"}]


def test_what_is_no_order_number_is_a_code(run: Run) -> None:
    api = Lists(NONE, ONE)

    assert ID in run(api, "find", "411258698456", "--partner", "3528")
    assert api.queries()[1] == {
        "partnerId": "3528",
        "sncode": "411258698456",
        "from": "2026-08-23T12:00:00.000Z",
        "limit": "100",
    }


def test_without_a_partner_all_are_looked_through(run: Run) -> None:
    api = Lists(NONE, NONE, NONE, ONE)
    api.answers["GET /partners"] = canned({"items": [{**PARTNER, "partnerId": 1}, PARTNER], "cursor": None})

    assert ID in run(api, "find", "411258698456")
    assert [one["partnerId"] for one in api.queries()] == ["1", "1", "3528", "3528"]
    assert api.queries()[1]["from"] == "2026-11-16T12:00:00.000Z"


def test_an_id_is_shown_by_itself(run: Run) -> None:
    api = Lists(NONE)

    assert ID in run(api, "find", ID)
    assert api.queries() == []


def test_nothing_found_says_what_else_to_try(run: Run) -> None:
    api = Lists(NONE)

    out = run(api, "find", "4112 58", "--partner", "3528")

    assert "Nothing has the order number or the voucher code 4112 58." in out
    assert "--from with an earlier day" in out
    assert ["orderId" in one for one in api.queries()] == [False]  # no order number has a space


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("today", "2026-11-23T00:00:00+08:00"),
        ("yesterday", "2026-11-22T00:00:00+08:00"),
        ("2026-11-20", "2026-11-20T00:00:00+08:00"),
        ("-2h", "2026-11-23T10:00:00.000Z"),
        ("30m", "2026-11-23T11:30:00.000Z"),
    ],
)
def test_a_day_begins_where_the_reader_is(text: str, sent: str) -> None:
    assert moment("--from", text, NOON, TAIPEI) == sent


def test_today_is_the_readers_day() -> None:
    assert moment("--from", "today", NOON + 5 * HOUR, TAIPEI) == "2026-11-24T00:00:00+08:00"
    assert moment("--from", "today", NOON + 5 * HOUR, UTC) == "2026-11-23T00:00:00+00:00"


@pytest.mark.parametrize("text", ["tomorrow", "--2h", "-2", "2026-13-01", ""])
def test_another_text_is_no_moment(text: str) -> None:
    with pytest.raises(Misused, match="is no moment"):
        moment("--from", text, NOON, TAIPEI)
