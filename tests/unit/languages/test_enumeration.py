"""Several messages in one."""

import pytest

from herald.languages.enumeration import all_of, any_of, as_written, sentences
from herald.languages.language import Language
from herald.languages.message import Message

EN, HANT, HANS = Language
ABC = [as_written(text) for text in ("a", "b {x}", "c")]


def test_parts_are_joined_as_english_does() -> None:
    assert [str(join(ABC)) for join in (sentences, all_of, any_of)] == ["a; b {x}; c", "a, b {x}, c", "a or b {x} or c"]


@pytest.mark.parametrize("language", [HANT, HANS])
def test_parts_are_joined_as_chinese_does(language: Language) -> None:
    joined = [join(ABC).in_language(language) for join in (sentences, all_of, any_of)]
    assert joined == ["a；b {x}；c", "a、b {x}、c", "a 或 b {x} 或 c"]


def test_each_part_is_in_the_language_of_the_whole() -> None:
    assert all_of([Message("resolve"), Message("cancel")]).in_language(HANT) == "標記為已處理、取消"


def test_one_part_stands_alone() -> None:
    assert str(all_of([Message("cancel")])) == "cancel"
