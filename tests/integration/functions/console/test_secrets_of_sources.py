"""A sender's secrets are in no page that keeps a form, and the form is not carried out without them."""

from collections.abc import Callable

import pytest

from herald.contract.signature import new_secret
from herald.store.dynamodb import TableUnavailable
from herald.store.sources.source_table import SourceTable
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.shown_forms import form_to
from tests.support.factories import a_partner
from tests.support.functions.dispatcher import registered
from tests.support.functions.inbound import a_source

LIST = "/console/sources"
NEW = {"name": "The platform", "partnerId": "3528", "reason": "contract of May"}
SAME = {"name": "The platform", "cidrs": "", "was-name": "The platform", "was-cidrs": "", "reason": "they sign now"}
SECRET = new_secret()
SECRETS = {
    "webhookSecret": {"webhookSecret": SECRET},
    "headerValue": {"headerName": "X-Platform-Token", "headerValue": "s3cret value"},
}

type Form = tuple[str, dict[str, str]]  # the path to which it is sent, and what is typed


@pytest.fixture(params=["registration", "change"])
def form(aws: Aws, request: pytest.FixtureRequest) -> Form:  # noqa: ARG001 - its tables
    registered(a_partner())
    return (LIST, NEW) if request.param == "registration" else (f"{LIST}/{a_source().id}/change", SAME)


def after_an_ended_session(browser: Browser, path: str, typed: dict[str, str]) -> list[Answer]:
    key = browser.sign_in()
    browser.cookies.clear()
    signed_out = browser.post(path, **typed)
    kept = form_to(signed_out.body, "/console/sign-in").filled({"key": key})
    return [signed_out, browser.post("/console/sign-in", *kept)]


def after_tables_that_did_not_answer(browser: Browser, path: str, typed: dict[str, str]) -> list[Answer]:
    def fails(*_: object) -> None:
        raise TableUnavailable

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SourceTable, "add", fails)
        patch.setattr(SourceTable, "save", fails)
        return [browser.post(path, **typed)]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("kept", [after_an_ended_session, after_tables_that_did_not_answer])
def test_a_kept_form_has_no_secret_and_is_refused_until_it_is_typed_again(
    operator: Browser,
    aws: Aws,
    form: Form,
    kept: Callable[[Browser, str, dict[str, str]], list[Answer]],
    secret: str,
) -> None:
    path, typed = form
    before = aws.items("SourceTable")
    pages = kept(operator, path, {**typed, **SECRETS[secret]})
    again = operator.post(path, **dict(form_to(pages[-1].body, path).fields))
    for page in (*pages, again):
        assert SECRET not in page.body
        assert "s3cret value" not in page.body
    assert again.status == 400
    assert f"`{secret}`: type the secret again" in again.text
    assert "The platform" in again.body
    assert aws.items("SourceTable") == before


def test_a_secret_that_is_typed_again_is_taken(operator: Browser, aws: Aws, form: Form) -> None:
    path, typed = form
    [page] = after_tables_that_did_not_answer(operator, path, {**typed, **SECRETS["webhookSecret"]})
    answer = operator.post(path, **{**dict(form_to(page.body, path).fields), "webhookSecret": SECRET})
    assert answer.status in {200, 303}
    assert "webhook_secret" in aws.items("SourceTable")[0]


def test_a_refused_form_says_beside_each_secret_that_it_is_to_be_typed_again(operator: Browser, form: Form) -> None:
    path, typed = form
    secrets = SECRETS["webhookSecret"] | SECRETS["headerValue"]
    answer = operator.post(path, **{**typed, **secrets, "cidrs": "x"})
    assert answer.status == 400
    assert answer.text.count("Type it again: no page keeps a secret.") == len(secrets) - 1  # the header's name is kept


@pytest.mark.parametrize(("field", "api_name"), [("webhookSecret", "webhookSecret"), ("headerValue", "header")])
def test_a_demand_that_is_set_and_taken_away_at_once_is_refused(
    operator: Browser, aws: Aws, field: str, api_name: str
) -> None:
    registered(a_partner())
    header = {"name": "X-Old-Token", "value": "old value"}
    path = f"{LIST}/{a_source(webhookSecret=new_secret(), header=header).id}/change"
    before = aws.items("SourceTable")
    answer = operator.post(path, **{**SAME, **SECRETS[field], f"without-{api_name}": "true"})
    assert answer.status == 400
    assert f"`{api_name}`: either type a new one or demand none any more, not both" in answer.text
    assert aws.items("SourceTable") == before
