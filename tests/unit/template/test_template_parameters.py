"""A wrong parameter fails the deploy with a sentence, and the code accepts every value that the template allows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.ladder import DEFAULT_LADDER, Ladder
from herald.endpoint.internal_ranges import InternalRanges, MalformedRanges
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
        (
            "InternalCidrs",
            [
                *("", "10.1.0.0/16", "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.7.9/32", "126.1.0.0/16"),
                *("168.254.0.0/16", "128.0.0.0/8", "223.0.0.0/8", "fd12:3456::/32", "2600:1f18:1:2::/64", "fc00::/32"),
                *("10.1.0.0/16,fd12:3456::/32", ",".join(["10.1.0.0/16"] * 10)),
            ],
            [
                *("10.1.0.0", "10.1/16", "10.1.0.0/33", "10.256.0.0/16", "10.01.0.0/16", "10.0.0.0/7", "0.0.0.0/0"),
                *("127.0.0.0/8", "169.254.0.0/16", "0.0.0.0/8", "224.0.0.0/8", "239.1.0.0/16", "255.255.255.255/32"),
                *("::/0", "::1/128", "::ffff:10.1.0.0/112", "64:ff9b::/96", "2002:a01::/32", "2001::/32", "fd00::/8"),
                *(
                    "fd00:ec2::/32",
                    "fe80::/64",
                    "ff02::/64",
                    "10.1.0.0/16,",
                    ",10.1.0.0/16",
                    "10.1.0.0/16, 10.2.0.0/16",
                ),
                *("10.1.0.0/1610.2.0.0/16", "shop.internal", ",".join(["10.1.0.0/16"] * 11)),
            ],
        ),
        (
            "OidcIssuer",
            ["", "https://login.example.com/tenant/v2.0", "https://a.example/", "http://127.0.0.1:9000"],
            [
                "login.example.com",
                "http://login.example.com",
                "https://",
                "https://a.example/?b",
                "https://a b.example",
            ],
        ),
        ("OidcClientId", ["", "0a1b-2c3d", "123.apps.example.com"], ["a b", 'a"', "é", "x" * 201]),
        ("OidcRoleClaim", ["roles", "https://example.com/roles", "cognito:groups"], ["", "a b", '"roles"']),
        ("OidcOperatorValue", ["herald-operator", "客服 主管", "x"], ["", " x", "x ", 'a"b', "a\\b", "x" * 101]),
        ("OidcViewerValue", ["herald-viewer", "CN=support,DC=example"], ["", "x\n"]),
        ("AlertEmail", ["", "service@example.com"], ["service", "a@b", "a b@example.com", "@example.com"]),
    ],
)
def test_pattern_accepts_right_and_rejects_wrong(name: str, right: list[str], wrong: list[str]) -> None:
    pattern = re.compile(PARAMETERS[name]["AllowedPattern"])
    assert [value for value in right if not pattern.fullmatch(value)] == []
    assert [value for value in wrong if pattern.fullmatch(value)] == []


@given(st.from_regex(PARAMETERS["InternalCidrs"]["AllowedPattern"].rstrip("$") + r"\Z"))
def test_ranges_that_the_pattern_allows_overlap_no_forbidden_one_that_begins_where_they_do(text: str) -> None:
    """The functions refuse a few more."""
    try:
        ranges = InternalRanges.parse(text)
    except MalformedRanges as refused:
        assert re.search(r"is no range|is not written as a range|169\.0\.0\.0/|overlaps 2001::/32", str(refused))  # noqa: PT017 - one of the two outcomes
        return
    assert len(ranges.networks) == (text.count(",") + 1 if text else 0)


def test_alert_language_allows_the_languages_of_herald() -> None:
    assert PARAMETERS["AlertLanguage"]["AllowedValues"] == [*Language]
    assert Settings.model_fields["alert_language"].default == PARAMETERS["AlertLanguage"]["Default"]


@pytest.mark.parametrize(
    "name", ["OidcIssuer", "OidcClientId", "OidcRoleClaim", "OidcOperatorValue", "OidcViewerValue"]
)
def test_the_settings_have_the_defaults_of_the_template(name: str) -> None:
    field = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    assert Settings.model_fields[field].default == PARAMETERS[name]["Default"]
