"""A reason of every code, each made by the code that makes it for a partner."""

import asyncio
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import chain

from deliverer.attempt_log import our_fault
from deliverer.delivery import hold_reason
from herald.domain.breakers.breaker import Breaker, held_too_long
from herald.domain.breakers.partner_breaker import close_breaker, open_breaker
from herald.domain.notification import hold, release
from herald.domain.partner import ReviewState, register
from herald.endpoint.endpoint_policy import EndpointRefused, check_address, check_url
from herald.endpoint.internal_ranges import NO_RANGES, InternalRanges
from herald.languages.reason import Reason, ReasonedError
from herald.languages.reasons import TEMPLATES
from herald.webhook.response import BodyEnd, WebhookResponse
from herald.webhook.verdict import Judgement, judge, with_retry_after
from tests.support.factories import NOON, a_notification, a_partner
from tests.support.reasons.connections import connection_judgements, look_ups, timeouts
from tests.support.reasons.responses import (
    BODIES,
    ENCODED,
    response_judgements,
)
from tests.support.reasons.tls import tls_judgements

URLS = (
    *("https://x.com/" + "x" * 2_000, "https://x.com/a b", "https://[", "http://x.com/", "https://me:pw@x.com/"),
    *("https://x.com/#a", "https://exa$mple.com/", "https://[fe80::1%25eth0]/", "https://1.2.3/", "https://partner/"),
    *("https://-a.com/", "https://shop.c0m/", "https://localhost/", "https://a.localdomain/", "https://a.local/"),
    *("https://a.internal/", "https://nas.home.arpa/", "https://a.lan/", "https://a.test/", "https://a.invalid/"),
    *("https://a.onion/", "https://a.alt/", "https://ipv4only.arpa/"),
)
# One address of each kind that is not public.
ADDRESSES = (
    *("203.0.113.7", "169.254.169.254", "127.0.0.1", "224.0.0.1", "10.0.0.7", "240.0.0.1", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - nothing listens there
)


def every_judgement() -> list[Judgement]:
    """What an attempt can end with."""
    judged = [*statuses(), *bodies(), *response_judgements(), *connection_judgements(), *timeouts(), *tls_judgements()]
    return [*judged, *asyncio.run(look_ups())]


def every_reason() -> dict[str, Reason]:
    """By code, those that follow another one included."""
    reasons = [judgement.reason for judgement in every_judgement()]
    reasons += [*addresses(), *changes(), with_retry_after(reasons[0], NOON)]
    return {each.code: each for reason in reasons for each in chain([reason], reason.also)}


def statuses() -> Iterator[Judgement]:
    """Every status that has a sentence of its own, one with a name only, and one without."""
    told = [int(name) for code in TEMPLATES if (name := code.removeprefix("bad_status.")).isdigit()]
    for status in (*told, 418, 499):
        yield judge(WebhookResponse(status=status, body=b"oops"))
    yield judge(WebhookResponse(status=500, body=b"success"))
    yield judge(WebhookResponse(status=302, location="https://new.example/notify"))
    yield judge(WebhookResponse(status=302))


def bodies() -> Iterator[Judgement]:
    """Every flaw of a body, also of one that is not in its announced coding; and none."""
    for body in (b"success", *BODIES):
        yield judge(WebhookResponse(status=200, body=body))
        yield judge(WebhookResponse(status=200, body=body, codings="gzip"))
    for codings, body in ENCODED:
        yield judge(WebhookResponse(status=200, body=body, codings=codings))
    yield judge(WebhookResponse(status=200, body=b"x", ending=BodyEnd.TOO_LARGE))
    yield judge(WebhookResponse(status=200, body=b"x", ending=BodyEnd.CUT_OFF))
    yield judge(WebhookResponse(status=200, body=b"success", followed=b"HTTP/1.1 200 OK"))


def addresses() -> Iterator[Reason]:
    """Every rule for an address, every kind of address that is not public, and the rules for internal ones."""
    for url in URLS:
        yield _refusal(url)
    for text in ADDRESSES:
        yield from _address_refusals(text, None)
    ranges = InternalRanges.parse("10.1.0.0/16")
    yield _refusal("http://shop.internal/", NO_RANGES)
    yield _refusal("ftp://shop.internal/", ranges)
    yield from _address_refusals("10.0.0.7", ranges)


def _address_refusals(text: str, ranges: InternalRanges | None) -> Iterator[Reason]:
    for name in (None, "shop.example"):
        try:
            check_address(ip_address(text), of_name=name, ranges=ranges)
        except EndpointRefused as refused:
            yield refused.reason


def changes() -> Iterator[Reason]:
    """What Herald writes into a history by itself."""
    one = a_notification()
    for partner in (None, *(a_partner(state=state, url=None) for state in ReviewState)):
        yield hold_reason(partner)
    yield release(hold(one, hold_reason(None), NOON), NOON, NOON).history[-1].reason
    yield register(a_partner(), "alice", NOON).history[-1].reason
    yield our_fault(NOON).reason
    yield from _breaker_changes()


def _breaker_changes() -> Iterator[Reason]:
    """Why a breaker opens and closes, and why it fails what it held back for too long."""
    opened = open_breaker(a_partner(breaker=Breaker(outages=20)), NOON)
    yield opened.history[-1].reason
    yield close_breaker(opened, NOON).history[-1].reason
    yield held_too_long(NOON)


def _refusal(url: str, ranges: InternalRanges | None = None) -> Reason:
    try:
        check_url(url, ranges=ranges)
    except ReasonedError as refused:
        return refused.reason
    message = f"{url} is not refused"
    raise AssertionError(message)
