"""What opens and closes a partner's breaker, and what the partner's history says of it. Pure."""

from dataclasses import replace

from herald.domain.breakers.breaker import CLOSING_REASON, Breaker, opened, opening_reason, recovering
from herald.domain.notification import HERALD
from herald.domain.partner import Partner, ReviewRefused, change_partner
from herald.languages.message import Message
from herald.languages.reason import Reason
from herald.languages.words import BREAKER_STATES

BREAKER_ENTRIES = (
    10  # of these, changes of the breaker: a server that comes and goes must not displace people's changes
)
OPEN_BREAKER, CLOSE_BREAKER = "open breaker", "close breaker"


def open_breaker(before: Partner, now: int) -> Partner:
    """What is due is held back from now on, and one notification at a time is a probe."""
    what = opening_reason(before.breaker)
    return _change_breaker(before, opened(before.breaker, now), OPEN_BREAKER, HERALD, what, now)


def close_breaker(before: Partner, now: int, by: str = HERALD, reason: Reason = CLOSING_REASON) -> Partner:
    """An answer came, or a person decides: what waits is brought forward by a worker, whom the caller sends for."""
    return _change_breaker(before, recovering(before.breaker, now), CLOSE_BREAKER, by, reason, now)


def ask_for_probe(before: Partner, by: str, reason: str, now: int) -> Partner:
    """The next probe is due now. Raises `ReviewRefused` where the breaker is not open."""
    _require_open(before)
    return change_partner(before, by, "probe", reason, now, breaker=replace(before.breaker, probe_at=now))


def close_breaker_by(before: Partner, by: str, reason: str, now: int) -> Partner:
    """A person closes it. Raises `ReviewRefused` where it is not open."""
    _require_open(before)
    return close_breaker(before, now, by, Reason.sentence(reason))


def _require_open(partner: Partner) -> None:
    if not partner.breaker.is_open:
        state = BREAKER_STATES[partner.breaker.state]
        raise ReviewRefused(Message("the partner's breaker is {state:word}: it has to be open for this", state=state))


def _change_breaker(before: Partner, breaker: Breaker, action: str, by: str, reason: Reason, now: int) -> Partner:
    places = [n for n, entry in enumerate(before.history) if entry.action in {OPEN_BREAKER, CLOSE_BREAKER}]
    gone = places[: -BREAKER_ENTRIES + 1]
    kept = tuple(entry for n, entry in enumerate(before.history) if n not in gone)
    return change_partner(replace(before, history=kept), by, action, reason, now, breaker=breaker)
