"""`herald partners` and internal addresses: the options that mark them, and what is shown of them."""

import pytest

from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import PARTNER, Herald

URL = "http://shop.internal/notify"
INTERNAL = {**PARTNER, "state": "active", "url": URL, "internal": True, "proposedUrl": None, "proposedInternal": True}
WHY = ("--reason", "it moved")


def test_a_partner_is_registered_with_an_internal_address(herald: Herald, api: StubApi) -> None:
    api.answers["POST /partners"] = canned(INTERNAL)
    ended = herald("partners", "create", "3528", "--name", "Our shop", "--url", URL, "--internal")
    assert api.wish() == {"partnerId": 3528, "name": "Our shop", "url": URL, "internal": True}
    assert f"{URL} (internal)" in ended.result


@pytest.mark.parametrize(
    ("options", "wish"), [(["--internal"], {"internal": True}), (["--public"], {"internal": False})]
)
def test_the_mark_is_changed_either_way(
    herald: Herald, api: StubApi, options: list[str], wish: dict[str, bool]
) -> None:
    api.answers["PATCH /partners/3528"] = canned(INTERNAL)
    assert herald("partners", "change", "3528", *options, *WHY).code == 0
    assert api.wish() == {**wish, "reason": "it moved"}


def test_the_mark_is_not_changed_unasked(herald: Herald, api: StubApi) -> None:
    api.answers["PATCH /partners/3528"] = canned(INTERNAL)
    herald("partners", "change", "3528", "--name", "Our shop", *WHY)
    assert api.wish() == {"name": "Our shop", "reason": "it moved"}


def test_each_address_is_shown_with_its_own_mark(herald: Herald, api: StubApi) -> None:
    both = {**INTERNAL, "proposedUrl": "https://shop.example/notify", "proposedInternal": False}
    api.answers["GET /partners/3528"] = canned(both)
    shown = herald("partners", "show", "3528").result
    assert f"{URL} (internal)" in shown
    assert "https://shop.example/notify" in shown
    assert "https://shop.example/notify (internal)" not in shown
    api.answers["GET /partners"] = canned({"items": [both], "cursor": None})
    assert f"{URL} (internal) (proposed: https://shop.example/notify)" in herald("partners", "list").result
