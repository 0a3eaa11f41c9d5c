"""The sources in the browser: listed, registered and shown once, changed, rotated, suspended and resumed."""

import re

import pytest

from herald.contract.signature import new_secret
from herald.domain.api_key import Role
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.page_text import value_at
from tests.support.factories import a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.inbound import post

LIST = "/console/sources"
NEW = {"name": "The platform", "partnerId": "3528", "reason": "contract of May"}
SECRET = {"headerName": "X-Platform-Token", "headerValue": "s3cret value"}


@pytest.fixture(autouse=True)
def partner(aws: Aws) -> None:  # noqa: ARG001 - its tables
    registered(a_partner())


def made(operator: Browser, **more: str) -> tuple[str, Answer]:
    """The path of the new source's page, and the page that shows its address."""
    answer = operator.post(LIST, **{**NEW, **more})
    assert answer.status == 200, answer.text
    return re.findall(rf"{LIST}/[0-9a-f]{{16}}", answer.body)[0], answer


def test_a_new_address_is_shown_once_and_serves(operator: Browser) -> None:
    path, shown = made(operator)
    inbound = value_at(shown.body, "inbound-path")
    assert shown.headers["cache-control"] == "no-store"
    assert post(inbound.removeprefix("/inbound/"))["body"] == "success"
    for page in (operator.get(path), operator.get(LIST)):
        assert "herald_inbound_" not in page.body
        assert "The platform" in page.text


def test_a_page_says_what_is_demanded_and_no_secret(operator: Browser) -> None:
    path, _ = made(operator, cidrs="203.0.113.0/24，198.51.100.0/24", webhookSecret=new_secret(), **SECRET)
    for page in (operator.get(path), operator.get(LIST)):
        assert "a signature by Standard Webhooks" in page.text
        assert "an address in 203.0.113.0/24, 198.51.100.0/24" in page.text
        assert "the header X-Platform-Token (its value is not shown)" in page.text
        assert "s3cret" not in page.body
        assert "whsec_" not in re.sub(r"whsec_…", "", page.body)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"partnerId": "9999"}, "partner 9999 is not in the registry"),
        ({"partnerId": "x"}, "`partnerId` must be"),
        ({"cidrs": "x"}, "`x` is no network"),
        ({"headerName": "Host", "headerValue": "s3cret"}, "`Host` proves nothing"),
        ({"webhookSecret": "s3cret"}, "it is `whsec_`"),
    ],
)
def test_a_refused_form_keeps_what_was_typed_but_no_secret(
    operator: Browser, aws: Aws, wrong: dict[str, str], sentence: str
) -> None:
    answer = operator.post(LIST, **{**NEW, **wrong})
    assert answer.status in {400, 404}
    assert sentence in answer.text
    assert "The platform" in answer.body
    assert "s3cret" not in answer.body
    assert aws.items("SourceTable") == []


def test_a_change_takes_only_what_was_changed(operator: Browser, aws: Aws) -> None:
    path, _ = made(operator, cidrs="203.0.113.0/24", **SECRET)
    [before] = aws.items("SourceTable")
    seen = {"was-name": "The platform", "was-cidrs": "203.0.113.0/24"}
    answer = operator.post(f"{path}/change", name="The platform", cidrs="198.51.100.0/24", reason="they move", **seen)
    assert answer.location == f"{path}?done=change"
    assert "The changes are saved." in operator.get(answer.location).text
    [after] = aws.items("SourceTable")
    assert (after["cidrs"], after["header_value"]) == (["198.51.100.0/24"], before["header_value"])
    same = operator.post(f"{path}/change", name="The platform", cidrs="203.0.113.0/24", reason="no", **seen)
    assert (same.status, "nothing is different" in same.text) == (400, True)


def test_a_demand_is_taken_away(operator: Browser, aws: Aws) -> None:
    path, _ = made(operator, webhookSecret=new_secret(), **SECRET)
    seen = {"name": "The platform", "cidrs": "", "was-name": "The platform", "was-cidrs": ""}
    gone = {"without-header": "true", "without-webhookSecret": "true"}
    assert operator.post(f"{path}/change", reason="gone", **seen, **gone).status == 303
    [after] = aws.items("SourceTable")
    assert not {"header_name", "header_value", "webhook_secret"} & set(after)


def test_a_source_is_suspended_and_resumed(operator: Browser) -> None:
    path, _ = made(operator)
    suspended = operator.post(f"{path}/suspend", reason="their key leaked")
    assert "The source is suspended" in operator.get(suspended.location).text
    again = operator.post(f"{path}/suspend", reason="a second time")
    assert again.status == 409
    assert "cannot suspend: the source is suspended" in again.text
    assert "a second time" in again.text
    resumed = operator.post(f"{path}/resume", reason="repaired")
    assert "The source is resumed" in operator.get(resumed.location).text
    assert [word in operator.get(path).text for word in ("their key leaked", "repaired")] == [True, True]


def test_a_new_address_replaces_the_one_before(operator: Browser) -> None:
    path, first = made(operator)
    second = operator.post(f"{path}/rotate-token", reason="once a year")
    assert value_at(second.body, "inbound-path") != value_at(first.body, "inbound-path")
    assert "is still accepted until" in operator.post(f"{path}/rotate-token", reason="again").text
    forced = operator.post(f"{path}/rotate-token", reason="leaked", force="true")
    assert value_at(forced.body, "inbound-path").startswith("/inbound/herald_inbound_")


def test_a_viewer_sees_sources_and_no_form(operator: Browser) -> None:
    path, _ = made(operator)
    viewer = Browser()
    viewer.sign_in(Role.VIEWER, name="vera")
    for page in (viewer.get(LIST), viewer.get(path), viewer.get(f"{LIST}/new")):
        assert page.status == 200
        assert 'action="/console/sources' not in page.body
    assert viewer.post(f"{path}/suspend", reason="x").status == 403


def test_a_source_that_is_not_there_is_404(operator: Browser) -> None:
    assert operator.get(f"{LIST}/{'0' * 16}").status == 404
    assert operator.post(f"{LIST}/{'0' * 16}/suspend", reason="x").status == 404
