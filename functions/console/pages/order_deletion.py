"""What the page before the deletion of an order says."""

from typing import TYPE_CHECKING

from console.pages.deletion import Subject
from console.pages.notifications.story import story_path
from console.rendering.page import translate
from console.rendering.text import shown
from herald.languages.current import localized
from herald.languages.message import plural

if TYPE_CHECKING:
    from customer_service.deletion import OrderContent
    from customer_service.schemas.responses import DeletedResponse
    from herald.domain.notification_id import NotificationId


def order_subject(one: "NotificationId", found: "OrderContent") -> Subject:
    """What is stored of the order of this notification."""
    path = story_path(str(one))
    return Subject(
        title=translate("Delete what is stored of order {number}", number=shown(one.order_id)),
        consequences=[
            localized(
                plural(
                    "The payload, voucher codes, attempts and history of {count:,} notification are deleted.",
                    "The payloads, voucher codes, attempts and histories of {count:,} notifications are deleted.",
                    count=len(found.ids),
                )
            ),
            translate("Nothing of it is sent again, and the partner's order query answers that there is no such one."),
            translate("What is deleted does not come back: it stays that it was deleted, when, by whom and why."),
        ],
        path=f"{path}/delete-order",
        back=path,
        still_open=_still_open(found.still_open),
    )


def left_notice(done: "DeletedResponse") -> str:
    """What one request could not delete yet."""
    return translate(
        "{deleted:,} deleted, {left:,} left: an attempt is under way, or there was no time. Send the form again in a "
        "minute.",
        deleted=done["deleted"],
        left=done["left"],
    )


def _still_open(count: int) -> str:
    if not count:
        return ""
    return localized(
        plural(
            "{count:,} of them waits, is held or failed. The deletion cancels it.",
            "{count:,} of them wait, are held or failed. The deletion cancels them.",
            count=count,
        )
    )
