"""The canary's end: `POST /canary` is the server of a partner that is ours, and notes what arrives there.

It stands apart from what lets canaries fly, because anybody may call it: it can read the canary's partner and which
orders the canary submitted, and nothing else.
"""

from functools import cache
from typing import Any

from canary_arrival.receiver import CanaryReceiver
from herald.runtime.http_response import HttpResponse
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.canary_table import CanaryTable
from herald.store.partner_table import PartnerTable


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> HttpResponse:
    """A notification that Herald delivers, or whatever somebody else sends."""
    return canary_receiver().receive(event)


@cache
def canary_receiver() -> CanaryReceiver:
    """The internal partner's server."""
    settings = get_settings()
    partners, entries = PartnerTable(settings.partner_table), CanaryTable(settings.canary_table)
    return CanaryReceiver(partners, entries, settings.canary_partner_id or 0)
