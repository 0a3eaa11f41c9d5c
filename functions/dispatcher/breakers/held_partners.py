"""The partners whose notifications a poll leaves alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from herald.domain.breakers.breaker import BreakerState
from herald.domain.partner import Partner
from herald.runtime.logging import logger


@dataclass(frozen=True, slots=True)
class HeldPartners:
    """The partners with an open or recovering breaker, by number."""

    by_number: Mapping[int, Partner] = field(default_factory=dict)

    def is_open(self, partner_id: int) -> bool:
        """Whether the deliverer would only hold back a message for this partner."""
        partner = self.by_number.get(partner_id)
        return partner is not None and partner.breaker.is_open

    @property
    def open(self) -> frozenset[int]:
        """The numbers of those of which `is_open` is true."""
        return frozenset(number for number, one in self.by_number.items() if one.breaker.is_open)

    def is_left_alone(self, partner_id: int) -> bool:
        """Whether its overdue notifications are sent by its probes or its recovery, and not by the rescue."""
        return partner_id in self.by_number


def read_held_partners(read: Callable[[], Iterable[Partner]]) -> HeldPartners:
    """Those of `read`; none where they cannot be read, and then the deliverers hold back what they must.

    To be called when the poll has begun: whatever was accepted until then, and is left alone because a breaker is open
    now, is found by that breaker's recovery.
    """
    try:
        those = list(read())
    except Exception:  # noqa: BLE001 - whatever it is, the messages of the others must be sent; logged here
        logger.exception("the breakers were not read")
        return HeldPartners()
    return HeldPartners(
        {one.partner_id: one for one in those if one.may_receive and one.breaker.state is not BreakerState.CLOSED}
    )
