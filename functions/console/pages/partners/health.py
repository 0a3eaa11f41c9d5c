"""How a partner does: what of it is waiting, held and failed now."""

from typing import Final, NotRequired, TypedDict

from console.rendering.page import translate
from herald.languages.current import localized
from herald.languages.message import plural


class PartnerHealth(TypedDict):
    """How many of a partner's notifications are failed and held now, and how many wait, where they were counted."""

    failed: int
    held: int
    alertOpen: bool
    waiting: NotRequired[int]


HEALTHY: Final[PartnerHealth] = {"failed": 0, "held": 0, "alertOpen": False}


def waiting_sentence(health: PartnerHealth) -> str:
    """How many a suspension concerns."""
    if "waiting" not in health:
        return translate("How many are waiting is not counted now.")
    template = plural(
        "{count:,} notification is waiting now.", "{count:,} notifications are waiting now.", count=health["waiting"]
    )
    return localized(template)


def held_sentence(health: PartnerHealth) -> str:
    """How many a release concerns."""
    return localized(
        plural("{count:,} notification is held now.", "{count:,} notifications are held now.", count=health["held"])
    )
