"""The summary of a partner's failed or held notifications."""

from random import Random

from hypothesis import given
from hypothesis import strategies as some

from herald.domain.lists.attention import AttentionEntry, AttentionSummary, summarize
from herald.languages.reason import Reason
from tests.support.factories import NOON, an_id


def entries(*reasons: Reason) -> list[AttentionEntry]:
    return [AttentionEntry(an_id(n), 2, NOON + n, reason) for n, reason in enumerate(reasons)]


def answered(body: str) -> Reason:
    return Reason("not_success.other", {"status": 200, "body": body})


DOWN = Reason("bad_status.503", {"status": 503})


def test_reasons_of_one_code_count_as_one() -> None:
    """Otherwise bodies with a request number would each count once, and a rarer reason would be told."""
    summary = summarize(entries(answered("error 1"), DOWN, answered("error 2"), DOWN, answered("error 3")))

    assert summary == AttentionSummary(count=5, oldest=NOON, newest=NOON + 4, reason=answered("error 3"))


def test_sentences_count_by_their_text() -> None:
    old = [Reason.sentence(text) for text in ("HTTP 500", "no answer", "HTTP 500")]
    summary = summarize(entries(*old))

    assert summary is not None
    assert summary.reason == Reason.sentence("HTTP 500")


def test_nothing_has_no_summary() -> None:
    assert summarize([]) is None


@given(some.lists(some.sampled_from([DOWN, answered("error 1"), answered("error 2")])), some.randoms())
def test_a_summary_does_not_depend_on_the_order(reasons: list[Reason], random: Random) -> None:
    """The scan of the index promises none."""
    ordered = entries(*reasons)
    mixed = random.sample(ordered, len(ordered))

    assert summarize(mixed) == summarize(ordered)


def test_of_reasons_as_frequent_as_each_other_the_oldest_is_told() -> None:
    summary = summarize(entries(answered("error 1"), DOWN, DOWN, answered("error 2")))

    assert summary is not None
    assert summary.reason == answered("error 2")
