"""What the page before the deletion of a partner's data says."""

from typing import TYPE_CHECKING

from console.pages.deletion import Subject
from console.pages.partners.partner_list import PATH
from console.rendering.page import translate
from console.rendering.text import shown
from herald.languages.current import localized
from herald.languages.message import Message, plural

if TYPE_CHECKING:
    from customer_service.schemas.partners import PartnerDeletion

_NAME = 80  # characters


def partner_subject(partner_id: int, name: str, found: "PartnerDeletion") -> Subject:
    """The data of the partner, with the numbers that a dry run found."""
    path = f"{PATH}/{partner_id}"
    return Subject(
        title=translate("Delete the data of {name} ({partner})", name=shown(name, _NAME), partner=partner_id),
        consequences=[
            _counted(found),
            translate("Its addresses, contact, headers, limits, history, secrets and query keys are deleted, too."),
            translate("From now on nothing is accepted for it, and nothing is sent to it."),
            translate(
                "A job does it, which begins after 90 seconds and cannot be cancelled. What is deleted does not come "
                "back: its number and name stay, and that it was deleted, when, by whom and why."
            ),
        ],
        path=f"{path}/delete",
        back=path,
        still_open=_still_open(found),
    )


def _counted(found: "PartnerDeletion") -> str:
    at_least = found.get("matchedAtLeast", False)
    matched = Message("{count:,} or more", count=found["matched"]) if at_least else f"{found['matched']:,}"
    return localized(
        plural(
            "The payload, voucher codes, attempts and history of {matched} notification are deleted.",
            "The payloads, voucher codes, attempts and histories of {matched} notifications are deleted.",
            count=found["matched"],
            matched=matched,
        )
    )


def _still_open(found: "PartnerDeletion") -> str:
    if not (found["waiting"] or found["held"] or found["failed"]):
        return ""
    return translate(
        "Still to be done: {waiting:,} waiting, {held:,} held, {failed:,} failed. The deletion cancels them.",
        waiting=found["waiting"],
        held=found["held"],
        failed=found["failed"],
    )
