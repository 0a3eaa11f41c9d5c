"""Who signed in, from the claims of an ID token."""

from typing import Any

import pytest

from console.security.oidc.person import person_of
from console.security.oidc.provider import Provider
from herald.domain.api_key import Role

PROVIDER = Provider(
    issuer="https://login.example.com/tenant",
    client_id="herald",
    role_claim="groups",
    operator_value="support-lead",
    viewer_value="support",
)


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["support"], Role.VIEWER),
        (["other", "support-lead"], Role.OPERATOR),
        (["support", "support-lead"], Role.OPERATOR),
        ("support", Role.VIEWER),
        ("support-lead", Role.OPERATOR),
        ("support-leader", None),
        ("support support-lead", None),
        ([], None),
        ([["support"]], None),
        ({"support": True}, None),
        (None, None),
        (1, None),
    ],
)
def test_the_claim_decides_the_role(groups: Any, role: Role | None) -> None:
    assert person_of({"groups": groups}, PROVIDER).role is role


def test_without_the_claim_there_is_no_role() -> None:
    assert person_of({"roles": ["support-lead"]}, PROVIDER).role is None


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "王小明", "preferred_username": "ming", "email": "m@example.com"}, "王小明"),
        ({"name": " ", "preferred_username": "ming", "email": "m@example.com"}, "ming"),
        ({"name": ["x"], "email": "m@example.com"}, "m@example.com"),
        ({"sub": "7f2c"}, "7f2c"),
        ({"name": "herald", "email": "h@example.com"}, "h@example.com"),
        ({"name": " Herald", "sub": "7f2c"}, "7f2c"),
        ({}, "?"),
        ({"name": "al\u202eice\x1b[31m\n"}, r"al\u202eice\x1b[31m"),
        ({"name": "\ud800"}, r"\ud800"),
        ({"name": "\u3164"}, r"\u3164"),
        ({"name": "x" * 1_000_000}, "x" * 60),
        ({"name": "\u202e" * 100}, r"\u202e" * 10),
    ],
)
def test_the_name_is_the_first_that_there_is_and_visible(claims: Any, name: str) -> None:
    assert person_of(claims, PROVIDER).name == name


def test_people_know_the_provider_by_its_host() -> None:
    assert PROVIDER.host == "login.example.com"
