"""What a search looks for, and what one page of it found. Pure; moments are ms since the epoch."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from customer_service.schemas.responses import NotificationResponse
from herald.domain.lists.notification_search import Filters


@dataclass(frozen=True, slots=True)
class Place:
    """Where a search goes on: at this partner, behind this page of it, or at its beginning."""

    partner_id: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one page found, and where the next one begins; None where everything was looked through."""

    items: list[NotificationResponse]
    after: Place | None


class Kind(StrEnum):
    """What was looked for."""

    ORDER = "order"
    CODE = "code"
    FILTERS = "filters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for, in which partners (by number). Moments are ms since the epoch; None where nothing is said."""

    partner_ids: Sequence[int]
    text: str = ""
    kind: Kind | None = None  # of the text; None: an order number, and where there is none a voucher code
    since: int | None = None
    until: int | None = None
    filters: Filters = field(default_factory=Filters)
    after: Place | None = None  # where the page before ended


@dataclass(frozen=True, slots=True)
class Page:
    """What was found; where the next page begins; of one partner, how far back (ms) this page looked."""

    kind: Kind
    items: list[NotificationResponse]
    after: Place | None
    reached: int | None = None
    since: int | None = None  # from when on was looked, where that was decided here
