"""How a partner does: what of it is waiting, held and failed now."""

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

from console.rendering.page import translate
from herald.languages.current import localized
from herald.languages.message import plural

if TYPE_CHECKING:
    from operator_api.schemas.notifications import WorkLine


class PartnerHealth(TypedDict):
    """How many of a partner's notifications are failed and held now, and how many wait, where they were counted."""

    failed: int
    held: int
    alertOpen: bool
    waiting: NotRequired[int]


HEALTHY: Final[PartnerHealth] = {"failed": 0, "held": 0, "alertOpen": False}


def health_by_partner(
    failed: Iterable["WorkLine"], held: Iterable["WorkLine"], alerts_open: Container[int]
) -> dict[int, PartnerHealth]:
    """The health of those partners that stand in the work list, from its lines of both states."""
    failed_of = {line["partnerId"]: line["count"] for line in failed}
    held_of = {line["partnerId"]: line["count"] for line in held}
    return {
        number: {
            "failed": failed_of.get(number, 0),
            "held": held_of.get(number, 0),
            "alertOpen": number in alerts_open,
        }
        for number in failed_of.keys() | held_of.keys()
    }


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
