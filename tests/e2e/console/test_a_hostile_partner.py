"""A partner and a publisher that send what harms a reader, through real requests, on pages in a real Chromium.

Their texts are shown as text: nothing of them runs, nothing is loaded, no element comes of them, and no page is wider
than the screen.
"""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.support.console.rendered_page import DESK, PHONE, wider_than_the_screen
from tests.support.e2e.console_page import PATIENCE, ConsolePage, open_console
from tests.support.e2e.partner import NUMBERS
from tests.support.e2e.stack_client import StackClient
from tools.common.waiting import wait_until
from tools.sample_partner import Behavior, CannedResponse, SamplePartners, plain

MEGABYTE = 1_000_000
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script><a href=javascript:alert(3)>javascript:alert(3)</a>"
TEMPLATES = "{{7*7}}{% raw %}${7*7}<%= 7*7 %>"
CONTROLS = "safe\u202egnp.exe\u2066\u2069\u200b\u2028\x1b[31mred\x1b[2J\x07\x00\r\nSet-Cookie: a=b"
NAME = "<script>alert(4)</script><img src=x onerror=alert(5)>{{7*7}}" + "N" * 130  # 200 characters at most
ORDER = "'\"><img/src=x/onerror=alert(6)>{{7*7}}" + "W" * 26  # 64 printable ASCII characters without spaces
ANSWERS = [
    plain(200, MARKUP.encode(), {"Content-Type": "text/html"}),
    plain(500, (TEMPLATES + CONTROLS).encode()),
    plain(200, b"W" * MEGABYTE),
    CannedResponse(name="raw", behavior=Behavior.RAW, body=b"\x00\x1b[2J<script>alert(7)</script>\r\n\r\n"),
    plain(418, ("\u202e" * 50 + MARKUP).encode(), {"X-Name": "<b>"}),
]
TAGS = {"script": 1, "img": 0, "iframe": 0, "object": 0, "embed": 0, "base": 0, "style": 0}  # of our own, in each page
# What the page has of each tag; attributes that run; links that lead elsewhere.
FOUND = """(tags) => ({
    tags: Object.fromEntries(tags.map((tag) => [tag, document.querySelectorAll(tag).length])),
    handlers: [...document.querySelectorAll('*')]
        .flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on')),
    links: [...document.querySelectorAll('[href], [src], [action]')]
        .map((one) => one.getAttribute('href') ?? one.getAttribute('src') ?? one.getAttribute('action'))
        .filter((address) => !/^([/]console|#)/.test(address)),
})"""

# What would run if the console let it through, by its element.
INJECTED = {
    "script": "<script>document.title = 'ran'</script>",
    "img": "<img alt='' src='data:,' onerror=\"document.title = 'ran'\">",
    "a": "<a id='injected' href=\"javascript:void(document.title = 'ran')\">javascript:</a>",
}
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def partner(stack_client: StackClient, sample_partners: SamplePartners) -> str:
    """The number of the hostile partner: registered and approved."""
    number = str(next(NUMBERS))
    new = {"partnerId": int(number), "name": NAME, "contact": MARKUP[:200], "url": sample_partners.url(number)}
    created = stack_client.call("POST", "/partners", json=new)
    assert created.status_code == 201, created.text
    sample_partners.share_secret(number, created.json()["secret"])
    assert stack_client.call("POST", f"/partners/{number}/test", json={}).json()["verdict"] == "success"
    sample_partners.configure(number, ANSWERS[0])
    approved = stack_client.call("POST", f"/partners/{number}/approve", json={"reason": MARKUP + TEMPLATES})
    assert approved.status_code == 200, approved.text
    tested = stack_client.call("POST", f"/partners/{number}/test", json={"which": "approved"}).json()
    assert tested["verdict"] == "not_success"
    return number


@pytest.fixture(scope="module")
def notification(stack_client: StackClient, sample_partners: SamplePartners, partner: str) -> str:
    """The id of its notification, of a hostile publisher: each attempt was answered otherwise, and it failed."""
    sample_partners.configure(partner, ANSWERS)
    body = {"orderId": ORDER, "LHOrderId": MARKUP, "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
    more = {MARKUP: TEMPLATES, "<b>": CONTROLS, "long": "W" * 20_000, "\u202eeman": {"</td></table>": [MARKUP]}}
    envelope = {"code": 10000, "describe": MARKUP + CONTROLS + "W" * 5_000, "partnerId": int(partner)}
    content = {**envelope, "method": "snNotify", "body": {**body, "sncode": MARKUP + "W" * 500, **more}}
    answer = stack_client.submit(json.dumps(content).encode())
    assert answer.text == "success"
    stack_client.poll()
    found = stack_client.call("GET", f"/notifications?partnerId={partner}").json()["items"]
    path = f"/notifications/{found[0]['id']}"
    wait_until(lambda: stack_client.call("GET", path).json()["state"], lambda state: state == "failed", 90)
    return str(found[0]["id"])


@pytest.fixture
def tab(console: Callable[..., ConsolePage], stack_client: StackClient) -> ConsolePage:
    """An operator is signed in."""
    tab = console()
    tab.sign_in(stack_client.stack.keys["operator"])
    return tab


def test_what_partner_and_publisher_sent_is_text_on_every_page(
    tab: ConsolePage, partner: str, notification: str
) -> None:
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.page.on("dialog", note)
    pages = {
        f"/notifications/{notification}": ["<img src=x onerror=alert(1)>", "javascript:alert(3)", "{{7*7}}", "u202e"],
        f"/notifications/{notification}?show=whole": ["</td></table>", "{% raw %}", "\\x1b[31m"],
        f"/failed/{partner}": ["<img/src=x/onerror=alert(6)>", "<script>alert(4)</script>"],
        "": ["<script>alert(4)</script>"],
        f"/search?{urlencode({'q': ORDER, 'partnerId': partner})}": ["<img/src=x/onerror=alert(6)>", "{{7*7}}"],
        f"/partners/{partner}": ["<script>alert(4)</script>", "{{7*7}}", "<img src=x onerror=alert(1)>"],
        "/partners?name=alert": ["<script>alert(4)</script>"],
        "/today": ["<script>alert(4)</script>"],
    }
    for path, texts in pages.items():
        tab.open(path)
        for text in texts:
            expect(tab.page.locator("main")).to_contain_text(text)
        check(tab.page)
    assert dialogs == []
    tab.check_sources()


def check(page: Page) -> None:
    """Every element is the console's, and the page fits on a desk and on a phone."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = page.evaluate(FOUND, [*TAGS])
    assert found == {"tags": TAGS, "handlers": [], "links": []}, page.url
    shown = page.locator("main").inner_text()
    assert not any(one in shown for one in "\u202e\u2066\u2069\u200b\u2028\x1b\x07\x00"), page.url
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)  # type: ignore[arg-type] # Playwright's TypedDict
        assert not wider_than_the_screen(page), (page.url, viewport)


@pytest.mark.parametrize("enforced", [True, False], ids=["with-the-policy", "without-it"])
@pytest.mark.parametrize("element", INJECTED)
def test_the_browser_refuses_markup_that_would_get_through(
    browser: Browser, stack_client: StackClient, element: str, *, enforced: bool
) -> None:
    tab = open_console(browser, stack_client, bypass_csp=not enforced)
    tab.open("/sign-in")
    tab.page.set_content(tab.page.content().replace("</main>", INJECTED[element] + "</main>"))
    if element == "a":
        tab.page.locator("#injected").click()

    def outcome() -> dict[str, bool]:
        return {"ran": tab.page.title() == "ran", "refused": any("Security Policy" in error for error in tab.errors)}

    found = wait_until(outcome, lambda seen: any(seen.values()), 10)
    tab.context.close()

    assert found == {"ran": not enforced, "refused": enforced}
