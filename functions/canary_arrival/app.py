"""The canary's end: `POST /canary` is the server of a partner that is ours, and notes what arrives there.

It stands apart from what lets canaries fly, because anybody may call it: it can read the canary's partner and which
orders the canary submitted, and nothing else.
"""

from functools import cache
from typing import Any

from canary_arrival.receiver import CanaryArrival
from herald.runtime.http_response import HttpAnswer
from herald.runtime.metrics import metered
from herald.runtime.settings import get_settings
from herald.store.canary_table import CanaryTable
from herald.store.partner_table import PartnerTable


@metered
def handler(event: dict[str, Any], _context: object) -> HttpAnswer:
    """A notification that Herald delivers, or whatever somebody else sends."""
    return arrival().receive(event)


@cache
def arrival() -> CanaryArrival:
    """The internal partner's server."""
    settings = get_settings()
    partners, entries = PartnerTable(settings.partner_table), CanaryTable(settings.canary_table)
    return CanaryArrival(partners, entries, settings.canary_partner_id or 0)
