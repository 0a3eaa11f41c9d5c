"""The prepared answers of a due index are read by the index's own code: each row once, page by page."""

import json
from typing import Any

import pytest

from herald.domain.notification import SHARDS, Lane
from herald.store.attribute_values import from_wire
from herald.store.indexes import due_index
from herald.store.indexes.due_index import DueIndex
from tools.scale.measured.due_rows import DueRows

SINCE = 1_795_435_200_000


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> DueIndex:
    """The index, whose queries the rows answer."""
    rows = DueRows(1_003, SINCE)

    def pages(**query: Any) -> Any:
        while True:
            response = json.loads(rows.answer(query))
            yield [from_wire(item) for item in response["Items"]]
            if "LastEvaluatedKey" not in response:
                return
            query["ExclusiveStartKey"] = response["LastEvaluatedKey"]

    def counts(**query: Any) -> Any:
        yield json.loads(rows.answer(query))["Count"]

    monkeypatch.setattr(due_index, "_PAGE", 20)
    monkeypatch.setattr(due_index, "query_pages", pages)
    monkeypatch.setattr(due_index, "query_counts", counts)
    return DueIndex("NotificationTable")


def test_each_row_is_read_once(index: DueIndex) -> None:
    read = [due for shard in range(SHARDS) for page in index.pages(Lane.NEW, shard, 0, SINCE + 10**6) for due in page]
    assert len(read) == len({due.id for due in read}) == 1_003
    assert [due.due_at - SINCE for due in read[:3]] == [0, 1, 2]


def test_a_range_ends_where_it_says_and_goes_on_behind_a_row(index: DueIndex) -> None:
    [first, *_] = index.pages(Lane.NEW, 3, SINCE + 10, SINCE + 30)
    assert [due.due_at - SINCE for due in first] == list(range(10, 30))
    rest = [due for page in index.pages(Lane.NEW, 3, first[-1].due_at, SINCE + 30, first[-1].id) for due in page]
    assert [due.due_at - SINCE for due in rest] == [30]


def test_other_lanes_are_empty_and_rows_are_counted(index: DueIndex) -> None:
    assert list(index.pages(Lane.PARKED, 3, 0, SINCE + 10**6)) == [[]]
    assert sum(index.count(Lane.NEW, shard) for shard in range(SHARDS)) == 1_003
    assert index.first(Lane.NEW, 0) == SINCE
    assert index.first(Lane.SENT, 0) is None
