"""`POST /canary`: the endpoint of the canary's partner, which records the notifications that arrive.

It is a function of its own because anybody may call it: its role allows it to read the canary's partner, to decrypt
its secret, to read the orders that the canary submitted, and nothing else.
"""

from functools import cache
from typing import Any

from canary_arrival.receiver import CanaryReceiver
from herald.runtime.caller import set_language_of
from herald.runtime.http_response import HttpResponse
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import get_settings
from herald.store.canary_table import CanaryTable
from herald.store.encryption.partner_secrets import PartnerSecrets
from herald.store.encryption.secret_table import SecretTable
from herald.store.partner_table import PartnerTable


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> HttpResponse:
    """A notification that Herald delivers, or any request that somebody else sends."""
    set_language_of(event)
    return canary_receiver().receive(event)


@cache
def canary_receiver() -> CanaryReceiver:
    """The endpoint of the canary's partner."""
    settings = get_settings()
    partners, entries = PartnerTable(settings.partner_table), CanaryTable(settings.canary_table)
    secrets = PartnerSecrets(SecretTable(settings.secret_table, settings.secret_key), headers=False)
    return CanaryReceiver(partners, secrets, entries, settings.canary_partner_id or 0)
