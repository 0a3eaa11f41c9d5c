"""Each form whose session ended while it was filled in, or whose tables did not answer: nothing typed is lost."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import time_machine

from customer_service.dependencies import keys
from herald.domain.api_key import Key, Role, new_key
from herald.domain.clock import now
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.console.browser_requests import Answer, Browser
from tests.support.console.form_cases import FORMS, WHY, FormCase, stored_whys
from tests.support.console.shown_forms import ShownForm, form_to

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem")
READS = ("GetItem", "Query", "Scan", "BatchGetItem")
DONE = {200, 303}
EACH = pytest.mark.parametrize("name", FORMS)


@contextmanager
def unavailable(network: Network, operations: tuple[str, ...]) -> Iterator[None]:
    """None of these operations reaches DynamoDB."""
    with ExitStack() as stack:
        for operation in operations:
            stack.enter_context(network.breaks(operation))
        yield


def filled(browser: Browser, case: FormCase) -> ShownForm:
    """The form of its page with what the person typed."""
    shown = form_to(browser.get(case.page).body, case.action)
    return ShownForm(shown.action, shown.filled(case.typed))


def send(browser: Browser, form: ShownForm) -> Answer:
    """Sends it with exactly the fields that it has."""
    fields = dict(form.fields)
    pairs = [(name, value) for name, value in form.fields if name != "token"]
    return browser.post(form.action, *pairs, token=fields.get("token", ""))


def sign_in_again(browser: Browser, page: Answer) -> Answer:
    """Signs in by the form of this page."""
    text = new_key(Role.OPERATOR)
    keys().add(text, Key(role=Role.OPERATOR, name="alice"), now())
    form = form_to(page.body, "/console/sign-in")
    return send(browser, ShownForm(form.action, form.filled({"key": text})))


@EACH
def test_a_form_works_once(operator: Browser, aws: Aws, name: str) -> None:
    case = FORMS[name]()
    form = filled(operator, case)

    assert send(operator, form).status in DONE
    assert stored_whys(aws) == case.stored
    if case.only_once:
        assert send(operator, form).status == 409
        assert stored_whys(aws) == case.stored


@EACH
def test_a_session_that_ended_in_the_middle_costs_nothing_typed(
    operator: Browser, aws: Aws, clock: time_machine.Traveller, name: str
) -> None:
    case = FORMS[name]()
    form = filled(operator, case)
    clock.shift(9 * 3_600)

    signed_out = send(operator, form)
    assert (signed_out.status, stored_whys(aws)) == (403, 0)
    again = sign_in_again(operator, signed_out)
    assert (again.status, stored_whys(aws)) == (200, 0)
    assert WHY in again.text
    assert "<b>{{" not in again.body

    assert send(operator, form_to(again.body, case.action)).status in DONE
    assert stored_whys(aws) == case.stored


@EACH
@pytest.mark.parametrize("operations", [READS + WRITES, WRITES], ids=["nothing-answers", "no-write-succeeds"])
def test_tables_that_do_not_answer_cost_nothing_typed(
    operator: Browser, aws: Aws, network: Network, name: str, operations: tuple[str, ...]
) -> None:
    case = FORMS[name]()
    form = filled(operator, case)

    with unavailable(network, operations):
        page = send(operator, form)

    assert (page.status, stored_whys(aws)) == (503, 0)
    assert WHY in page.text
    assert send(operator, form_to(page.body, case.action)).status in DONE
    assert stored_whys(aws) == case.stored
