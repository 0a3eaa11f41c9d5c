"""What comes next for a notification, and when: by itself, or because a person decides it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from console.pages.partners.sections.breaker import is_spared
from console.rendering.durations import duration
from console.rendering.page import translate
from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder
from herald.languages.catalogue import N_

if TYPE_CHECKING:
    from customer_service.schemas.notifications import Notification
    from customer_service.schemas.partners import Breaker, Partner

_SENTENCES: Final = {
    "waiting": N_("It is sent by itself."),
    "held": N_("It is sent by itself once the partner may receive again."),
    "failed": N_("Nothing happens by itself: a person must decide."),
    "delivered": N_("Nothing: the partner acknowledged it."),
    "resolved": N_("Nothing: a person recorded that it was settled in another way."),
    "cancelled": N_("Nothing: a person decided that it must not be sent."),
}


@dataclass(frozen=True, slots=True)
class Upcoming:
    """The sentence, and of a waiting one its next attempt: when (RFC 3339), in how long, which, and what follows it."""

    sentence: str
    due_at: str = ""
    distance: str = ""
    place: str = ""
    after: str = ""
    notes: list[str] = field(default_factory=list)
    unanswered_since: str = ""  # where the partner's breaker is open
    next_probe: str = ""


def upcoming_of(one: "Notification", ladder: Ladder, now: int, partner: "Partner | None") -> Upcoming:
    """What comes next, as seen at `now` (ms since the epoch). `partner`: as it is at present; None: not registered."""
    state, due = one["state"], one.get("nextAttemptAt", "")
    if "deletedAt" in one:
        return Upcoming(translate("Nothing: its content was deleted on request."), notes=_notes(one))
    sentence = translate(_SENTENCES[state])
    if state != "waiting" or not due:
        return Upcoming(sentence, place=_last_place(one) if state == "delivered" else "", notes=_notes(one))
    left = _milliseconds(due) - now
    notes = [*_notes(one), *_about(partner)]
    usual = Upcoming(sentence, due, _distance(left), _place(one, ladder), _after(one, ladder), notes)
    if partner is not None and is_spared(partner):
        return _while_spared(usual, partner["breaker"], left)
    return usual


def may_receive(partner: "Partner | None") -> bool:
    """Whether notifications are sent to it now."""
    return partner is not None and partner["state"] == "active" and partner["url"] is not None


def _while_spared(usual: Upcoming, breaker: "Breaker", left: int) -> Upcoming:
    """The breaker of its partner is open. `left`: until it falls due (ms)."""
    if left <= 0:
        sentence = translate(
            "It is due and not attempted now, because the partner's server does not answer. That costs no attempt of "
            "its ladder. It is sent by itself when the server answers, or earlier as a probe."
        )
        distance = translate("due; held back")
    else:
        sentence = translate(
            "The partner's server does not answer now. If it answers before this notification falls due, it is sent "
            "earlier; if not, it is held back from then on, which costs no attempt of its ladder."
        )
        distance = usual.distance
    since = breaker.get("unansweredSince", breaker.get("openedAt", ""))
    return replace(
        usual,
        sentence=sentence,
        distance=distance,
        unanswered_since=since,
        next_probe=breaker.get("nextProbeAt", ""),
    )


def _about(partner: "Partner | None") -> list[str]:
    """What the partner's state changes."""
    if partner is None or not may_receive(partner):
        return [translate("The partner may not receive now: when it falls due it is held.")]
    if partner["breaker"]["state"] == "recovering":
        return [translate("The partner's server answers again: what waits is sent now, the oldest first.")]
    return []


def _notes(one: "Notification") -> list[str]:
    if not one.get("attemptUnderWay"):
        return []
    return [translate("An attempt is under way: it may reach the partner, whatever is decided meanwhile.")]


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * SECOND)


def _distance(left: int) -> str:
    if left <= 0:
        return translate("due now: it is being sent, or the next poll sends it")
    return translate("in {duration}", duration=duration(left))


def _place(one: "Notification", ladder: Ladder) -> str:
    most = max(len(ladder.waits) + 1, one["attempt"])
    place = {"attempt": one["attempt"], "most": most, "round": one["round"]}
    return translate("attempt {attempt} of at most {most}, round {round}", **place)


def _last_place(one: "Notification") -> str:
    return translate("attempt {attempt} of round {round}", attempt=one["attempt"], round=one["round"])


def _after(one: "Notification", ladder: Ladder) -> str:
    wait = ladder.wait_after(one["attempt"])
    if wait is None:
        return translate("It is the last attempt of the ladder: without an acknowledgement the notification is failed.")
    return translate("Without an acknowledgement the next attempt follows {duration} later.", duration=duration(wait))
