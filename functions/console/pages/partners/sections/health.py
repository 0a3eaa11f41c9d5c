"""How a partner does: what of it is waiting, held and failed now."""

from typing import TYPE_CHECKING, Final

from console.rendering.page import translate
from herald.languages.current import localized
from herald.languages.message import plural

if TYPE_CHECKING:
    from customer_service.schemas.partners import PartnerHealth


HEALTHY: Final["PartnerHealth"] = {"failed": 0, "held": 0, "alertOpen": False}


def waiting_sentence(health: "PartnerHealth") -> str:
    """How many a suspension concerns."""
    if "waiting" not in health:
        return translate("How many are waiting is not counted now.")
    template = plural(
        "{count:,} notification is waiting now.", "{count:,} notifications are waiting now.", count=health["waiting"]
    )
    return localized(template)


def held_sentence(health: "PartnerHealth") -> str:
    """How many a release concerns."""
    return localized(
        plural("{count:,} notification is held now.", "{count:,} notifications are held now.", count=health["held"])
    )
