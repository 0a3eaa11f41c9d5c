"""The words against the enumerations whose values they are for."""

from collections.abc import Iterable, Mapping

import pytest

from herald.contract.methods import METHODS
from herald.domain.attempt import Verdict
from herald.domain.breakers.breaker import BreakerState
from herald.domain.jobs.job import JobState
from herald.domain.partner import ReviewState
from herald.domain.sources.source import SourceState
from herald.domain.transitions import Action, State
from herald.languages import words


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (words.STATES, State),
        (words.ACTIONS, Action),
        (words.VERDICTS, Verdict),
        (words.REVIEW_STATES, ReviewState),
        (words.SOURCE_STATES, SourceState),
        (words.JOB_STATES, JobState),
        (words.BREAKER_STATES, BreakerState),
        (words.METHODS, [*METHODS, "testNotify"]),
    ],
)
def test_every_value_has_a_word(table: Mapping[str, str], values: Iterable[str]) -> None:
    assert [*table] == [*values]


@pytest.mark.parametrize(
    "table",
    [words.STATES, words.ACTIONS, words.REVIEW_STATES, words.SOURCE_STATES, words.JOB_STATES, words.BREAKER_STATES],
)
def test_these_words_are_the_values_in_english(table: Mapping[str, str]) -> None:
    """So a sentence may take the value itself: `{state:word}`."""
    assert all(value == word for value, word in table.items())


def test_a_method_means_its_word() -> None:
    assert {name: method.meaning for name, method in METHODS.items()}.items() <= words.METHODS.items()
