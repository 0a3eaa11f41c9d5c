"""The language in which a sample partner is told how to answer."""

import pytest

from tools.sample_partner.canned_response import MEANINGS, NAMED, Behavior
from tools.sample_partner.script import Script, ScriptError


def names(text: str, count: int) -> list[str]:
    script = Script.parse(text)
    return [script.answer(number).name for number in range(1, count + 1)]


def test_the_steps_follow_each_other_and_the_last_one_goes_on_for_ever() -> None:
    assert names("refuse twice then hang once then success", 5) == ["refuse", "refuse", "hang", "success", "success"]


@pytest.mark.parametrize("twice", ["twice", "x2", "2 times"])
def test_a_number_of_times_can_be_said_in_each_way(twice: str) -> None:
    assert names(f"503 {twice} then success", 3) == ["503", "503", "success"]


def test_a_bare_status_answers_with_an_empty_body() -> None:
    answer = Script.parse("503").answer(1)
    assert (answer.status, answer.body) == (503, b"")


def test_what_follows_a_status_is_the_body() -> None:
    answer = Script.parse("200 SUCCESS x3 then success").answer(3)
    assert (answer.status, answer.body) == (200, b"SUCCESS")


@pytest.mark.parametrize(
    ("text", "delay_ms"), [("success after 3s", 3000), ("500 after 250ms twice", 250), ("hang", 0)]
)
def test_an_answer_can_be_delayed(text: str, delay_ms: int) -> None:
    assert Script.parse(text).answer(1).delay_ms == delay_ms


def test_an_unknown_answer_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ScriptError, match="`sucess` is no answer: say one of success, refuse"):
        Script.parse("refuse then sucess")


@pytest.mark.parametrize("text", ["", "  ", "success then "])
def test_an_empty_step_is_refused(text: str) -> None:
    with pytest.raises(ScriptError):
        Script.parse(text)


def test_a_script_of_no_answers_is_refused() -> None:
    with pytest.raises(ScriptError, match="at least one"):
        Script.of([])


def test_every_named_answer_has_its_meaning() -> None:
    assert list(NAMED) == list(MEANINGS)


def test_every_manner_has_a_word() -> None:
    assert {make().behavior for make in NAMED.values()} == set(Behavior)
