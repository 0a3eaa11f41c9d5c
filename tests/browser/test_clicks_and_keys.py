"""Clicks and keystrokes of five jobs, which docs/console.md states, counted at the console over AWS in memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from customer_service.dependencies import keys
from herald.domain.api_key import Key, Role, new_key
from herald.domain.attempt import Attempt
from herald.domain.clock import HOUR, now
from herald.domain.notification import Notification, settle
from herald.domain.partner import Partner, ReviewState
from herald.runtime.settings import get_settings
from tests.support.aws.aws_stack import Aws
from tests.support.console.console_server import running_console
from tests.support.docs.markdown import rows
from tests.support.factories import LADDER, a_notification, a_partner, an_outcome
from tests.support.functions.dispatcher import notifications, registered
from tests.support.paths import DOCS
from tools.sample_partner import SamplePartners

REASON, CODE = "repaired", "411258698456"
TABLE = rows((DOCS / "console.md").read_text(encoding="utf-8"), "| From |")


@dataclass
class Person:
    """Who clicks and types. A click into a field counts as well."""

    page: Page
    clicks: int = 0
    keys: int = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def type(self, field: Locator, text: str) -> None:
        self.click(field)
        self.keys += len(text)
        self.page.keyboard.type(text)

    def enter(self) -> None:
        self.keys += 1
        self.page.keyboard.press("Enter")

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def reason(self) -> Locator:
        """The one reason field that is open."""
        return self.page.locator("input[name=reason]:visible")


@pytest.fixture
def person(aws: Aws, monkeypatch: pytest.MonkeyPatch, browser: Browser) -> Iterator[Person]:  # noqa: ARG001 - the environment
    """An operator, signed in, at the work list; three notifications of a partner are failed."""
    for name, value in {"STAGE": "local", "ALLOW_PRIVATE_ENDPOINTS": "true"}.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    text = new_key(Role.OPERATOR)
    keys().add(text, Key(role=Role.OPERATOR, name="alice"), now())
    with SamplePartners() as server, running_console() as console, browser.new_context(locale="en-GB") as context:
        registered(a_partner(name="West Lake"), in_review(server.url("new")))
        for n in range(3):
            assert notifications().add(failed(n), now())
        page = context.new_page()
        page.goto(f"{console.origin}/console")
        page.get_by_label("Your key").fill(text)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Work list")).to_be_visible()
        yield Person(page)


def in_review(url: str) -> Partner:
    return a_partner(3529, name="Harbour", state=ReviewState.PENDING, url=None, proposed_url=url)


def failed(n: int) -> Notification:
    """One whose ladder ended an hour ago."""
    at = now() - HOUR
    waiting = a_notification(n, at=at, attempt=len(LADDER.waits) + 1, claim_id="c1")
    last = Attempt(round=waiting.round, number=waiting.attempt, claim_id="c1", outcome=an_outcome(at=at))
    return settle(waiting, last, LADDER, at, 90)


def redrive_one(person: Person) -> None:
    person.click(person.link("3 failed"))
    person.click(person.link("order-1"))
    person.type(person.reason(), REASON)
    person.enter()
    expect(person.page.get_by_text("The notification is redriven: round 2 has begun.")).to_be_visible()


def resolve_one(person: Person) -> None:
    person.click(person.link("3 failed"))
    person.click(person.page.get_by_label("Select order order-1"))
    person.type(person.reason(), REASON)
    person.click(person.button("Resolve the selected"))
    expect(person.page.get_by_text("1 notification is resolved.")).to_be_visible()


def redrive_all(person: Person) -> None:
    person.click(person.link("3 failed"))
    person.click(person.link("Decide about all 3 at once"))
    person.click(person.page.get_by_label("Redrive 3 notifications"))
    person.type(person.reason(), REASON)
    person.enter()
    expect(person.page.get_by_text("The job has begun.")).to_be_visible()


def find_a_code(person: Person) -> None:
    person.click(person.link("Search"))
    person.type(person.page.get_by_label("Order number, voucher code or id"), CODE)
    person.enter()
    person.click(person.link("order-1"))
    expect(person.page.get_by_role("heading", name="What comes next")).to_be_visible()


def approve_an_address(person: Person) -> None:
    person.click(person.link("Partners"))
    person.click(person.link("Harbour"))
    person.click(person.button("Test the proposed address"))
    expect(person.page.get_by_text("The address passed the test.")).to_be_visible()
    person.type(person.reason(), REASON)
    person.enter()
    expect(person.page.get_by_text("The address is approved: from now on notifications go to it.")).to_be_visible()


JOBS: dict[str, Callable[[Person], None]] = {
    "redrive one failed notification": redrive_one,
    "resolve one with a reason": resolve_one,
    "redrive all of one partner": redrive_all,
    "find out what became of a voucher code": find_a_code,
    "test and approve a partner's address": approve_an_address,
}


def test_the_table_has_each_job() -> None:
    assert [job for _, job, *_ in TABLE] == [*JOBS]


@pytest.mark.parametrize(("job", "clicks", "keystrokes"), [row[1:] for row in TABLE])
def test_a_job_takes_as_many_clicks_and_keystrokes_as_the_page_says(
    person: Person, job: str, clicks: str, keystrokes: str
) -> None:
    JOBS[job](person)

    assert (person.clicks, person.keys) == (int(clicks), int(keystrokes))
