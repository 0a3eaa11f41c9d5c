"""Every page of the console, from the samples, in the current language."""

from collections.abc import Callable, Mapping
from typing import Final

from console.pages.jobs.job import job_page
from console.pages.jobs.job_list import job_list_page
from console.pages.keys.key_list import key_list_page
from console.pages.notification_search.search import Result, search_page
from console.pages.notifications.story import Around, story_page
from console.pages.partners.partner import partner_page
from console.pages.partners.partner_list import partner_list_page
from console.pages.partners.registration import register_page, registered_page
from console.pages.sign_in import sign_in_page
from console.pages.sources.new_source import register_source_page, token_page
from console.pages.sources.source import source_page
from console.pages.sources.source_list import source_list_page
from console.pages.today.day import Dashboard, day_page
from console.pages.work_list.attention import PartnerWork, attention_page
from console.pages.work_list.everything import Everything, everything_page
from console.pages.work_list.overview import work_list_page
from customer_service.lists.search_terms import Kind, Page
from customer_service.schemas.partners import NewlyRegistered
from herald.domain.clock import HOUR, MINUTE, iso
from herald.domain.notification_id import NotificationId
from herald.languages.current import localized
from herald.languages.message import Message
from tests.support.console.samples.administration_samples import NOW, partner_health
from tests.support.console.samples.notification_samples import typed
from tests.support.screenshots import sources
from tests.support.screenshots.administration import day, job, keys, others, partner, session, work
from tests.support.screenshots.notifications import (
    LADDER,
    NAMES,
    SUSPENDED,
    WEST_LAKE,
    decided,
    delivered,
    notification,
)

_DASHBOARDS: Final = [
    Dashboard("herald-business", "https://eu-west-1.console.aws.amazon.com/cloudwatch/home#b"),
    Dashboard("herald-plumbing", "https://eu-west-1.console.aws.amazon.com/cloudwatch/home#p"),
]


def _failed(role: str = "operator") -> str:
    those = [notification(n) for n in range(12)]
    counts = {"failed": 141, "held": 0}
    page = PartnerWork(
        partner_id=WEST_LAKE,
        name=NAMES[WEST_LAKE],
        state="failed",
        cursor="",
        page={"items": those, "cursor": "c"},
        counts=counts,
    )
    return attention_page(session(role), page)


def _held() -> str:
    those = [notification(n, "held", SUSPENDED, attempts=[], history=[]) for n in range(3)]
    page = PartnerWork(
        partner_id=3531,
        name=NAMES[3531],
        state="held",
        cursor="",
        page={"items": those, "cursor": None},
        counts={"failed": 0, "held": 3},
    )
    return attention_page(session(), page)


def _everything() -> str:
    those = Everything(partner_id=WEST_LAKE, name=NAMES[WEST_LAKE], state="failed", matched=141, before=iso(NOW))
    return everything_page(session(), those)


def _around(next_case: NotificationId | None = None) -> Around:
    return Around(now=NOW, partner=partner(), ladder=LADDER, next_case=next_case)


def _redriven() -> str:
    """After a redrive: what was done, and the next case."""
    one = notification(0)
    history = [*one["history"], decided("redrive", "failed", "waiting", "對方已修復", ago=MINUTE)]
    after = notification(0, "waiting", history=history, round=2, attempt=1, turn=7, nextAttemptAt=iso(NOW + 4_000))
    done = Message("The notification is redriven: round {round} has begun.", round=2)
    following = NotificationId.parse(notification(1)["id"])
    return story_page(session(), after, _around(following), notice=localized(done))


def _search() -> str:
    those = [delivered(14), notification(3), notification(7, "resolved"), delivered(20), delivered(26)]
    result = Result(page=Page(kind=Kind.FILTERS, items=those, after=None), in_partners=1, left=0)
    return search_page(session(), typed(partnerId=str(WEST_LAKE), day="2026-11-26"), NAMES, result)


def _registered() -> str:
    new = {**partner(partnerId=3551, name="雲海溫泉 Cloud Sea Spa"), "secret": "whsec_" + "Zm9vYmFyYmF6" * 3}
    query_key = "herald_partner_" + "7Qd2mX9k" * 5 + "abc"
    return registered_page(session(), NewlyRegistered(**new, queryKey=query_key))  # type: ignore[typeddict-item] # the fields of a partner and two more


def _partners() -> str:
    sick = {
        WEST_LAKE: partner_health(failed=141, alertOpen=True),
        3534: partner_health(failed=18, alertOpen=True),
        3531: partner_health(held=26),
    }
    return partner_list_page(session(), {"items": others(), "cursor": None}, sick)


def _jobs() -> str:
    ended = iso(NOW - HOUR)
    done = job(jobId="20261126T021500-5c2e19aa", state="done", matched=18, changed=18, passedOver=0, endedAt=ended)
    return job_list_page(session(), {"items": [job(), done], "cursor": None}, NOW)


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "sign-in": lambda: sign_in_page("/console"),
    "work-list": lambda: work_list_page(session(), work()),
    "failed": _failed,
    "failed-for-viewers": lambda: _failed("viewer"),
    "held": _held,
    "all-failed": _everything,
    "story": lambda: story_page(session(), notification(2), _around()),
    "story-redriven": _redriven,
    "search": _search,
    "partners": _partners,
    "partner": lambda: partner_page(session(), partner(), partner_health(failed=141, alertOpen=True, waiting=260)),
    "registration": lambda: register_page(session()),
    "registered": _registered,
    "sources": lambda: source_list_page(session(), {"items": sources.those(), "cursor": None}),
    "source": lambda: source_page(session(), sources.platform(), NOW),
    "source-registration": lambda: register_source_page(session()),
    "source-registered": lambda: token_page(session(), sources.new()),
    "jobs": _jobs,
    "job": lambda: job_page(session(), job(), NOW),
    "keys": lambda: key_list_page(session(), {"items": keys(), "cursor": None}, NOW),
    "today": lambda: day_page(session(), day(), "2026-11-26", _DASHBOARDS),
}
