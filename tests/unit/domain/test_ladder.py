"""The ladder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.domain.ladder import DEFAULT_LADDER, MAX_RUNGS, Ladder, MalformedLadder


def test_default_ladder_doubles_ten_times() -> None:
    assert DEFAULT_LADDER.waits == tuple(3 * MINUTE * 2**n for n in range(10))
    assert sum(DEFAULT_LADDER.waits) == 51 * HOUR + 9 * MINUTE


def test_waits_are_in_seconds_minutes_and_hours() -> None:
    assert Ladder.parse("1s 2m 3h").waits == (SECOND, 2 * MINUTE, 3 * HOUR)


def test_after_the_last_rung_there_is_no_wait() -> None:
    ladder = Ladder.parse("1s 2s")
    assert [ladder.wait_after(attempt) for attempt in (1, 2, 3, 4)] == [SECOND, 2 * SECOND, None, None]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 rungs"),
        ("   ", "0 rungs"),
        (" ".join(["1s"] * (MAX_RUNGS + 1)), "21 rungs"),
        ("3", "`3` is not a wait"),
        ("3m 6", "`6` is not a wait"),
        ("0s", "`0s` is not a wait"),
        ("-1s", "`-1s` is not a wait"),
        ("1.5m", "`1.5m` is not a wait"),
        ("3d", "`3d` is not a wait"),
        ("3M", "`3M` is not a wait"),
        ("3m,6m", "`3m,6m` is not a wait"),
    ],
)
def test_malformed_ladder_is_refused_with_an_example(text: str, says: str) -> None:
    with pytest.raises(MalformedLadder, match=says) as refused:
        Ladder.parse(text)
    assert '"3m 6m 12m"' in str(refused.value)


RUNGS = st.tuples(st.integers(1, 999_999), st.sampled_from("smh")).map(lambda rung: f"{rung[0]}{rung[1]}")


@given(st.lists(RUNGS, min_size=1, max_size=MAX_RUNGS))
def test_a_ladder_is_written_as_it_was_read(rungs: list[str]) -> None:
    ladder = Ladder.parse("  ".join(rungs))
    assert str(ladder) == " ".join(rungs)
    assert Ladder.parse(str(ladder)) == ladder
    assert len(ladder.waits) == len(rungs)
