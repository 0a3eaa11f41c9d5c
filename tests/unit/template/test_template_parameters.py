"""A wrong parameter fails the deploy with a sentence, and the code accepts every value that the template allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.ladder import DEFAULT_LADDER, Ladder
from herald.languages.language import Language
from herald.runtime.settings import Settings
from tests.support.docs.template import TEMPLATE, whole_numbers

PARAMETERS = TEMPLATE["Parameters"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_described_and_bounded(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["Description"]
    assert parameter["ConstraintDescription"].startswith(name)
    assert {"AllowedPattern", "AllowedValues"} & set(parameter)
    assert parameter["Type"] == "String"  # a Number may have a fraction, which no function could read


@pytest.mark.parametrize(("name", "largest"), [("DispatchEvery", 13), ("AttemptTimeout", 15), ("RetentionDays", 3650)])
def test_count_is_a_whole_number_up_to_the_largest(name: str, largest: int) -> None:
    assert whole_numbers(name) == list(range(1, largest + 1))
    pattern = re.compile(PARAMETERS[name]["AllowedPattern"])
    assert not [text for text in ("2.5", "0", "-1", "+1", "01", "1e1", " 1", "", "ten") if pattern.fullmatch(text)]


@given(st.from_regex(PARAMETERS["Ladder"]["AllowedPattern"].rstrip("$") + r"\Z"))
def test_ladder_parses_what_the_template_allows(text: str) -> None:
    assert str(Ladder.parse(text)) == text


def test_default_ladder_is_the_partner_manuals() -> None:
    assert Ladder.parse(PARAMETERS["Ladder"]["Default"]) == DEFAULT_LADDER


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Ladder", ["3m", "1s 2s 3s 4s", " ".join(["1h"] * 20)], ["", "3", "3m  6m", "0s", "3m,6m", "3 m", "3d"]),
        ("Ladder", [], [" ".join(["1h"] * 21), "1234567s", "3m "]),
        ("Stage", ["dev", "prod", "load-test"], ["", "Prod", "1st", "a" * 17, "a b"]),
        (
            "SubnetIds",
            ["", "subnet-0a1b2c3d", "subnet-0a1b2c3d,subnet-0123456789abcdef0"],
            ["subnet-", "vpc-0a1b2c3d", "subnet-0a1b2c3d, subnet-4e5f6a7b"],
        ),
        ("SecurityGroupIds", ["", "sg-0a1b2c3d"], ["sg-", "0a1b2c3d", "sg-0a1b2c3d;sg-4e5f6a7b"]),
        ("AlertEmail", ["", "service@example.com"], ["service", "a@b", "a b@example.com", "@example.com"]),
    ],
)
def test_pattern_accepts_right_and_rejects_wrong(name: str, right: list[str], wrong: list[str]) -> None:
    pattern = re.compile(PARAMETERS[name]["AllowedPattern"])
    assert [value for value in right if not pattern.fullmatch(value)] == []
    assert [value for value in wrong if pattern.fullmatch(value)] == []


def test_alert_language_allows_the_languages_of_herald() -> None:
    assert PARAMETERS["AlertLanguage"]["AllowedValues"] == [*Language]
    assert Settings.model_fields["alert_language"].default == PARAMETERS["AlertLanguage"]["Default"]
