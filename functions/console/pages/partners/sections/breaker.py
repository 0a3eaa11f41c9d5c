"""The breaker of a partner in words: whether its server answers, and what happens until it does."""

from typing import TYPE_CHECKING, Any, Final

from console.rendering.durations import duration
from console.rendering.page import translate
from herald.domain.breakers.breaker import FIRST_RATE, OPENS_AFTER
from herald.domain.clock import SECOND
from herald.domain.limits.bounds import USUAL_RATE
from herald.languages.catalogue import N_
from herald.languages.current import localized
from herald.languages.message import plural
from herald.languages.words import BREAKER_STATES

if TYPE_CHECKING:
    from customer_service.schemas.partners import Breaker, Partner

_COLOURS: Final = {
    "closed": "delivered",
    "open": "failed",
    "recovering": "waiting",
}  # of the badge, by state
_OPEN: Final = N_(
    "Its server does not answer. What falls due is held back, which costs no attempt of the ladder; one notification "
    "at a time is attempted, as a probe. The first answer closes the breaker, and what waits is sent, the oldest first."
)
_WITHOUT_PROBES: Final = N_(
    "Its server did not answer. While the partner may not receive, nothing is sent to it, and no probe either."
)
_RECOVERING: Final = N_("Its server answers again: what waits is sent, the oldest first, slowly at the beginning.")


def breaker_view(one: "Partner") -> dict[str, Any]:
    """What the page shows of it. `is_quiet`: the server answers, so that one word says all."""
    breaker = one["breaker"]
    return {
        "state": breaker["state"],
        "word": breaker_word(breaker),
        "colour": _COLOURS[breaker["state"]],
        "is_quiet": breaker["state"] == "closed" and not breaker["outages"],
        "is_open": breaker["state"] == "open",
        "is_probed": is_spared(one),
        "sentence": _sentence(one),
        "since": breaker.get("unansweredSince", ""),
        "opened_at": breaker.get("openedAt", ""),
        "every": duration(breaker.get("probeEverySeconds", 0) * SECOND),
        "next_probe": breaker.get("nextProbeAt", ""),
        "waiting": breaker.get("waiting"),
        "recovering_since": breaker.get("recoveringSince", ""),
        "after_closing": _after_closing(one),
    }


def breaker_word(breaker: "Breaker") -> str:
    """Its state in the reader's language."""
    return translate(BREAKER_STATES[breaker["state"]])


def is_spared(one: "Partner") -> bool:
    """Whether only probes are sent: the breaker is open, and the partner may receive."""
    return one["breaker"]["state"] == "open" and one["state"] == "active" and one["url"] is not None


def _sentence(one: "Partner") -> str:
    breaker = one["breaker"]
    match breaker["state"]:
        case "open":
            return translate(_OPEN if is_spared(one) else _WITHOUT_PROBES)
        case "recovering":
            return translate(_RECOVERING)
    message = plural(
        "The last attempt found its server unreachable or out of order. Attempts are made when they are due; after "
        "{most} in a row the breaker opens.",
        "The last {count} attempts found its server unreachable or out of order. Attempts are made when they are due; "
        "after {most} in a row the breaker opens.",
        count=breaker["outages"],
        most=OPENS_AFTER,
    )
    return localized(message)


def _after_closing(one: "Partner") -> str:
    """What a person starts by closing it."""
    return translate(
        "Attempts are made again, without a probe before. What waits is sent, the oldest first: {first} a second at "
        "the beginning, {most} a second at most. If its server is still out of order, the breaker opens again after "
        "{attempts} attempts, each of which counts on its ladder.",
        first=round(FIRST_RATE),
        most=one["ratePerSecond"] or USUAL_RATE,
        attempts=OPENS_AFTER,
    )
