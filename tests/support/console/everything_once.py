"""One person does in the console all that its role is for: reads every page, changes one of each kind, signs out."""

import re

from herald.domain.clock import MINUTE, iso, now
from tests.support.console.browser_requests import Answer, Browser
from tests.support.factories import PARTNER_ID
from tests.support.functions.dispatcher import failed, stands

WHY = "repaired"
NEW_PARTNER = 9100  # that nobody has
PAGES = (
    "/console",
    f"/console/failed/{PARTNER_ID}",
    f"/console/failed/{PARTNER_ID}?state=held",
    f"/console/failed/{PARTNER_ID}/all",
    f"/console/failed/{PARTNER_ID}/all?state=waiting",
    f"/console/search?q=order-70&partner={PARTNER_ID}",
    f"/console/search?partner={PARTNER_ID}",
    "/console/partners",
    f"/console/partners/{PARTNER_ID}",
    "/console/jobs",
    "/console/sources",
    "/console/sources/new",
    "/console/keys",
    "/console/today",
)


def do_everything_once() -> None:
    """Needs an approved partner PARTNER_ID. What is read and changed is stored by AWS in memory."""
    browser = Browser(address="192.0.2.7")
    browser.post("/console/sign-in", key="guessed")
    browser.sign_in(name="carol")
    stands(one := failed(70, now() - MINUTE), failed(71, now() - MINUTE), failed(72, now() - MINUTE))
    for path in (*PAGES, f"/console/notifications/{one.id}"):
        answered(browser.get(path))
    answered(browser.post(f"/console/notifications/{one.id}/redrive", reason=WHY, turn=str(one.turn)))
    _register(browser)
    _register_a_source(browser)
    answered(browser.post("/console/keys", role="viewer", name="dave", reason=WHY))
    _start_a_job(browser)
    answered(browser.post("/console/sign-out"))


def _register(browser: Browser) -> None:
    new = {"partnerId": str(NEW_PARTNER), "name": "Lakeside", "contact": "a@b.example"}
    answered(browser.post("/console/partners", url="https://lakeside.example/n", **new))
    answered(browser.post(f"/console/partners/{NEW_PARTNER}/test", which="proposed"))
    answered(browser.post(f"/console/partners/{NEW_PARTNER}/rotate-secret", reason=WHY))
    header = {"headerName": "X-Api-Key", "reason": WHY}
    answered(browser.post(f"/console/partners/{NEW_PARTNER}/set-header", headerValue="s3cret value", **header))
    answered(browser.post(f"/console/partners/{NEW_PARTNER}/remove-header", **header))
    answered(browser.post(f"/console/partners/{NEW_PARTNER}/rotate-key", reason=WHY))


def _register_a_source(browser: Browser) -> None:
    new = {"name": "The platform", "partnerId": str(PARTNER_ID), "cidrs": "203.0.113.0/24", "reason": WHY}
    made = answered(browser.post("/console/sources", headerName="X-Platform-Token", headerValue="s3cret value", **new))
    (source,) = re.findall(r"/console/sources/[0-9a-f]{16}", made.body)[:1]
    answered(browser.get(source))
    answered(browser.post(f"{source}/suspend", reason=WHY))


def _start_a_job(browser: Browser) -> None:
    wish = {"action": "redrive", "state": "failed", "before": iso(now()), "perSecond": "10", "reason": WHY}
    started = answered(browser.post(f"/console/failed/{PARTNER_ID}/all", **wish))
    if started.location:
        answered(browser.get(started.location))


def answered(answer: Answer) -> Answer:
    """The answer: a page, or the way to one. Anything else means that a form or a path has changed."""
    assert answer.status in {200, 303}, answer.text
    return answer
