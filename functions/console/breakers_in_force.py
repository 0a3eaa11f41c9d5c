"""A partner with its breaker as far as that is in force."""

from typing import TYPE_CHECKING

from herald.domain.breakers.breaker import BreakerState
from herald.runtime.settings import get_settings

if TYPE_CHECKING:
    from customer_service.schemas.responses import PartnerResponse


def are_in_force() -> bool:
    """Whether what is stored of breakers decides about attempts: not with the parameter Breaker=Off."""
    return get_settings().breaker == "On"


def as_in_force(one: "PartnerResponse") -> "PartnerResponse":
    """The partner as its pages show it: where breakers are not in force, what is stored of its own is left out."""
    return one if are_in_force() else {**one, "breaker": {"state": BreakerState.CLOSED, "outages": 0}}
