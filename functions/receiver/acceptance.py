"""Who may submit, and for which partners."""

from functools import cache

from herald.domain.clock import now
from herald.languages.message import Message
from herald.runtime.caller import Caller, require_role
from herald.runtime.settings import get_settings
from herald.store.partner_table import PartnerTable
from submission.failures import PartnerUnknown


def require_publisher(caller: Caller) -> None:
    """Only publishers submit. Raises `RoleRefused`."""
    role = caller.get("role", "unknown")
    require_role(
        role,
        ("publisher",),
        Message("a key of the role `{role}` may not submit: use a publisher's key", role=role),
    )


def require_known(partner_id: int) -> None:
    """Raises `PartnerUnknown` if the registry has no such partner, whatever the state of its review.

    A partner whose data is deleted, or being deleted, is as unknown as one that was never registered.
    """
    partner = partners().get_cached(partner_id, now())
    if partner is None or not partner.is_registered:
        raise PartnerUnknown(Message("partner {partner_id} is not in the registry", partner_id=partner_id))


@cache
def partners() -> PartnerTable:
    """The registry, with a cache for this execution environment."""
    return PartnerTable(get_settings().partner_table)
