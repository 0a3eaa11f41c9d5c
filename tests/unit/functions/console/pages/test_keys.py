"""The page of the keys, and a new key."""

import pytest

from console.pages.keys.key_list import key_list_page
from console.pages.keys.new_key import KeyFormRefused, new_key_page, new_key_request
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.schemas.keys import Key, Keys, NewlyMade
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import HOSTILE, NOW, OPERATOR_HASH, key, session, some_keys


def form(**fields: str) -> Form:
    return Form(tuple({"role": "publisher", "name": "checkout", "reason": "the new shop", **fields}.items()))


def page(*keys: Key, cursor: str | None = None) -> Keys:
    return {"items": [*keys], "cursor": cursor}


def hrefs(html: str) -> list[str]:
    return [link["href"] for link in elements(html, "a")]


def test_the_list_says_what_is_known_of_a_key() -> None:
    text = text_of(key_list_page(session(), page(key()), NOW))

    assert "checkout 5f2c1d0e9b8a7f6e publisher valid 3528 , 3529 2026-11-23 04:05:06 UTC , alice the new shop" in text
    assert "2026-11-26" in text


def test_states_follow_from_the_moment() -> None:
    text = text_of(key_list_page(session(), page(*some_keys()), NOW))

    assert "1111111111111111 viewer expired" in text
    assert "2222222222222222 operator revoked" in text
    assert "2026-11-24 04:05:06 UTC , bob left the company" in text


def test_what_an_earlier_version_did_not_keep_is_not_known() -> None:
    assert "old 5555555555555555 publisher valid all not known" in text_of(
        key_list_page(session(), page(*some_keys()), NOW)
    )


def test_many_partners_are_cut() -> None:
    assert "3507 and 92 more" in text_of(key_list_page(session(), page(*some_keys()), NOW))


def test_the_own_key_and_revoked_ones_are_not_offered() -> None:
    offered = {href for href in hrefs(key_list_page(session(), page(*some_keys()), NOW)) if "revoke" in href}

    assert "/console/keys?revoke=5f2c1d0e9b8a7f6e#revoke" in offered
    assert not any(OPERATOR_HASH[:16] in href or "2" * 16 in href for href in offered)


@pytest.mark.parametrize(
    ("role", "consequence"),
    [
        ("publisher", "submits nothing more until it has another key"),
        ("operator", "signed out of the console"),
        ("viewer", "signed out of the console"),
        ("partner", "can query no order until it has another key"),
    ],
)
def test_a_revocation_says_what_it_does(role: str, consequence: str) -> None:
    html = key_list_page(session(), page(), NOW, revoking=key(role=role))

    assert consequence in text_of(html)
    assert "/console/keys/5f2c1d0e9b8a7f6e/revoke" in actions(html)


def test_the_own_key_cannot_be_revoked() -> None:
    html = key_list_page(session(), page(), NOW, revoking=key(id=OPERATOR_HASH[:16]))

    assert actions(html) == ["/console/keys"]
    assert "You are signed in with this key." in text_of(html)


def test_a_second_revocation_reads_of_the_first() -> None:
    end = {"at": "2026-11-24T04:05:06.000Z", "by": "bob", "reason": "left"}
    refused = RefusedForm("revoke", form(), {"": "bob revoked it already"})
    html = key_list_page(session(), page(), NOW, revoking=key(revoked=end), refused=refused)

    assert actions(html) == ["/console/keys"]
    assert "bob revoked it already It is revoked already. bob , 2026-11-24 04:05:06 UTC : left" in text_of(html)


def test_a_viewer_sees_the_list_only() -> None:
    html = key_list_page(session("viewer"), page(*some_keys()), NOW, revoking=key())

    assert actions(html) == []
    assert not any("revoke" in href for href in hrefs(html))
    assert "checkout" in text_of(html)


def test_a_refused_form_keeps_the_role_and_what_was_typed() -> None:
    typed = form(role="partner", partners="west lake", expires="2027-11-23")
    html = key_list_page(
        session(), page(), NOW, refused=RefusedForm("make", typed, {"partners": "no partner's number"})
    )

    assert [field["value"] for field in elements(html, "input") if "checked" in field] == ["partner"]
    assert (value_of(html, "partners"), value_of(html, "expires")) == ("west lake", "2027-11-23")
    assert "no partner's number" in text_of(html)


def test_a_problem_of_the_role_stands_in_its_group() -> None:
    html = key_list_page(session(), page(), NOW, refused=RefusedForm("make", form(role=""), {"role": "choose one"}))

    assert elements(html, "fieldset")[0]["aria-describedby"] == "make-role-problem"
    assert "choose one" in text_of(html)


def test_hostile_names_are_text() -> None:
    html = key_list_page(session(), page(key(name=HOSTILE, reason=HOSTILE * 50)), NOW, revoking=key(name=HOSTILE))

    assert elements(html, "img") == []
    assert "\u202e" not in html


def test_the_new_key_is_shown_once() -> None:
    html = new_key_page(session(), NewlyMade(**key(), key="herald_publisher_cccc"))

    assert [field["value"] for field in elements(html, "input") if "readonly" in field] == ["herald_publisher_cccc"]
    assert "It is for checkout, with the role publisher." in text_of(html)


def test_fifty_keys_fit_into_60_kb() -> None:
    assert len(key_list_page(session(), page(*[key()] * 50, cursor="c"), NOW).encode()) < 60 * 1024


def test_a_request_has_what_the_role_needs() -> None:
    assert new_key_request(form(partners="3528, 3529")) == {
        "role": "publisher",
        "name": "checkout",
        "reason": "the new shop",
        "partnerIds": [3528, 3529],
    }
    assert new_key_request(form(role="partner", partners="3528"))["partnerId"] == 3528
    assert {"partnerId", "partnerIds", "expiresAt"}.isdisjoint(new_key_request(form(role="viewer")))


def test_a_key_ends_after_its_last_day() -> None:
    assert new_key_request(form(expires="2027-11-23"))["expiresAt"] == "2027-11-24T00:00:00.000Z"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"role": "partner", "partners": ""}, "partners"),
        ({"role": "partner", "partners": "1 2"}, "partners"),
        ({"partners": "3528 035"}, "partners"),
        ({"expires": "tomorrow"}, "expires"),
        ({"expires": "9999-12-31"}, "expires"),
    ],
)
def test_what_cannot_be_read_is_named(fields: dict[str, str], field: str) -> None:
    with pytest.raises(KeyFormRefused) as refused:
        new_key_request(form(**fields))

    assert refused.value.field == field
