"""A day in customer service by clicks alone: a partner's review, its outage, the reason, decisions, a job, recovery.

The same day as in tests/e2e/test_a_day_in_customer_service.py, on the deployed stack with IAM enforced, in English and
in Traditional Chinese.
"""

import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from console.rendering import page as _  # noqa: F401 - it adds the console's catalogue
from herald.languages.language import Language
from herald.languages.message import Message, plural
from tests.support.e2e.console_page import PATIENCE, ConsolePage
from tests.support.e2e.partner import NUMBERS
from tools.common.waiting import wait_until
from tools.sample_partner import SamplePartners

LOCALES = {Language.ENGLISH: "en-GB", Language.TRADITIONAL_CHINESE: "zh-TW"}
expect.set_options(timeout=PATIENCE)


class Day:
    """A person at the console, and the partner of this day."""

    def __init__(self, console: ConsolePage, server: SamplePartners, language: Language) -> None:
        self.console, self.page, self.server, self.language = console, console.page, server, language
        self.stack_client = console.stack_client
        self.id = str(next(NUMBERS))
        self.name = f"Day trips 一日遊 {self.id}"
        self.orders: dict[str, str] = {}  # by the notification's id

    def words(self, template: str, **values: object) -> str:
        """A text of the console in the person's language: `console.rendering.page` makes its catalogue known."""
        return Message(template, **values).in_language(self.language)

    def of_many(self, one: str, many: str, number: int) -> str:
        """Likewise, with a number."""
        return plural(one, many, count=number).in_language(self.language)

    def press(self, text: str, **values: object) -> None:
        """Clicks a button."""
        self.console.click(self.console.button(self.words(text, **values), exact=True))

    def go(self, text: str) -> None:
        """Clicks a link of the navigation."""
        navigation = self.page.get_by_role("navigation", name=self.words("Pages"))
        self.console.click(navigation.get_by_role("link", name=self.words(text), exact=True))

    def give_reason(self, reason: str) -> None:
        """Types into the one reason field that is open."""
        self.console.type(self.page.locator("input[name=reason]:visible"), reason)

    def says(self, text: str, **values: object) -> None:
        """What was done stands on the page."""
        expect(self.page.get_by_role("status").filter(has_text=self.words(text, **values)).first).to_be_visible()

    def submit(self, order_id: str) -> str:
        """A publisher submits a notification; its id."""
        body = {"orderId": order_id, "LHOrderId": "1", "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
        envelope = {"code": 10000, "describe": "執行成功", "partnerId": int(self.id), "method": "snNotify"}
        answer = self.stack_client.submit(json.dumps({**envelope, "body": {**body, "sncode": "411258698456"}}).encode())
        assert answer.text == "success"
        found = self.stack_client.call("GET", f"/notifications?partnerId={self.id}&orderId={order_id}").json()
        notification_id = str(found["items"][0]["id"])
        self.orders[notification_id] = order_id
        return notification_id

    def wait_for(self, ids: list[str], state: str) -> None:
        """The notifications are in this state, and the lists know it."""

        def states() -> set[str]:
            return {self.stack_client.call("GET", f"/notifications/{one}").json()["state"] for one in ids}

        wait_until(states, lambda found: found == {state}, 60)


@pytest.mark.parametrize("language", LOCALES)
def test_a_day_at_the_console(
    console: Callable[..., ConsolePage], sample_partners: SamplePartners, language: Language
) -> None:
    opened = console(locale=LOCALES[language])
    day = Day(opened, sample_partners, language)
    opened.sign_in(opened.stack_client.stack.keys["operator"], day.words("Sign in"))

    review(day)
    broken = outage(day)
    reason(day, broken)
    one_by_one(day, broken)
    by_a_job(day, broken)
    recovered(day, broken)
    opened.check_sources()


def review(day: Day) -> None:
    """The partner is registered, fails its test, repairs it, is approved; what was held meanwhile is sent."""
    page, console = day.page, day.console
    day.go("Partners")
    console.click(console.link(day.words("Register a partner")))
    console.type(page.locator("[name=partnerId]"), day.id)
    console.type(page.locator("[name=name]"), day.name)
    console.type(page.locator("[name=url]"), day.server.url(day.id))
    page.locator("main form").get_by_role("button").click()
    day.server.share_secret(day.id, page.get_by_label(day.words("Signing secret")).input_value())
    console.check()
    console.click(console.link(day.words("I have kept both: go on to the review of the address")))

    early = day.submit("early")
    day.stack_client.poll()
    day.wait_for([early], "held")
    day.server.configure(day.id, "200 SUCCESS")
    day.press("Test the proposed address")
    expect(page.get_by_text("SUCCESS", exact=True)).to_be_visible()
    day.server.configure(day.id, "success")
    day.press("Test the proposed address")
    day.says("The address passed the test.")
    day.give_reason("tested with their engineer 測試通過")
    day.press("Approve the address")
    day.says("The address is approved: from now on notifications go to it.")
    expect(page.get_by_text("測試通過").last).to_be_visible()
    console.check()
    day.stack_client.poll()
    day.wait_for([early], "delivered")


def outage(day: Day) -> list[str]:
    """It refuses, and six notifications exhaust their ladders.

    Not by an answer that is an outage: on a slow machine its breaker would open before the ladders end.
    """
    day.server.configure(day.id, "404")
    broken = [day.submit(f"order-{number}") for number in range(6)]
    day.stack_client.poll()
    day.wait_for(broken, "failed")
    return broken


def reason(day: Day, broken: list[str]) -> None:
    """The work list says how many and why; the story says it of each attempt. Three clicks to the redrive."""
    page, console = day.page, day.console
    day.go("Work list")
    row = page.get_by_role("rowgroup").filter(has_text=day.name)
    expect(row.get_by_text("404")).to_be_visible()
    console.check()
    day.server.configure(day.id, "success")

    console.clicks = 0
    console.click(row.get_by_role("link", name=day.words("{count:,} failed", count=6)))
    console.check()
    console.click(console.link("order-0", exact=True))
    expect(page.get_by_text("411258698456").first).to_be_visible()
    expect(page.locator(".timeline li")).to_have_count(5)
    console.check()
    day.give_reason("they say it is repaired")
    day.press("Redrive the notification")
    assert console.clicks == 3
    day.says("The notification is redriven: round {round} has begun.", round=2)
    day.wait_for(broken[:1], "delivered")


def one_by_one(day: Day, broken: list[str]) -> None:
    """After each decision the next case is one click away: one is resolved, one cancelled."""
    page, console = day.page, day.console
    for title, notice, state in (
        ("Resolve the notification", "The notification is resolved.", "resolved"),
        ("Cancel the notification", "The notification is cancelled.", "cancelled"),
    ):
        onward = page.locator(".onward a")
        closed = urlsplit(onward.get_attribute("href") or "").path.rpartition("/")[2]
        console.click(onward)
        page.get_by_text(day.words("Redrive the notification"), exact=True).first.click()  # closes the one that is open
        console.click(page.locator("summary", has_text=day.words(title)))
        day.give_reason("told by telephone 已電話告知")
        day.press(title)
        day.says(notice)
        day.wait_for([closed], state)
        broken.remove(closed)


def by_a_job(day: Day, broken: list[str]) -> None:
    """The other three by a job, whose dry run says how many before it begins."""
    page, console, left = day.page, day.console, broken[1:]
    day.go("Work list")
    row = page.get_by_role("rowgroup").filter(has_text=day.name)
    console.click(row.get_by_role("link", name=day.words("{count:,} failed", count=len(left))))
    console.click(console.link(day.words("Decide about all {count:,} at once", count=len(left))))
    page.locator("#all-redrive").check()
    day.give_reason("it works again")
    console.check()
    day.press("Start the job")
    expect(page.locator("progress")).to_be_visible()
    expect(page.get_by_text(day.words("done"), exact=True).first).to_be_visible()
    console.check()
    day.wait_for(left, "delivered")


def recovered(day: Day, broken: list[str]) -> None:
    """Nothing of the partner is left in the work list; the search and the history say what was done, by whom."""
    page, console = day.page, day.console

    def left() -> int:
        day.go("Work list")
        return page.get_by_role("rowgroup").filter(has_text=day.name).count()

    wait_until(left, lambda number: number == 0, 60)
    day.go("Search")
    console.type(page.locator("[name=q]"), day.orders[broken[-1]])
    console.type(page.locator("[name=partnerId]"), day.id)
    day.press("Search")
    expect(page.locator("main .state", has_text=day.words("delivered"))).to_be_visible()
    console.check()
    console.click(page.locator("main table a").first)
    expect(page.get_by_role("cell", name="local", exact=True)).to_be_visible()
    expect(page.get_by_text("it works again")).to_be_visible()
    day.go("Today")
    expect(page.locator("main")).to_contain_text(day.name)
    console.check()
