"""The canary: every five minutes Herald submits a notification of its own, as a publisher does.

functions/canary_arrival receives it.
"""

import asyncio
import os
from functools import cache
from typing import Any

from canary.partner import CanaryPartner
from canary.submission import CanarySubmission
from herald import __version__
from herald.runtime.metrics import emits_metrics
from herald.runtime.settings import Settings, get_settings
from herald.store.canary_table import CanaryTable
from herald.store.encryption.secret_table import SecretTable
from herald.store.partner_table import PartnerTable
from herald.webhook.client import WebhookClient

_DEADLINE = 30  # seconds: the API responds in this time even if all of its functions start cold


class NotOurApi(Exception):
    """The event names another API than this stack's: a key must not be sent there."""


@emits_metrics
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The schedule's event, `{"apiUrl": …}`, which must name this stack's own API. Raises `NotOurApi`."""
    return asyncio.run(submit_canary(own_api(str(event["apiUrl"]))))


def own_api(url: str) -> str:
    """The URL, if it equals API_URL, which the template sets for this function only. Raises `NotOurApi`."""
    own = os.environ.get("API_URL")
    if own is not None and url != own:
        raise NotOurApi("the event's apiUrl is not this stack's API: nothing is sent there")
    return url


async def submit_canary(api_url: str) -> dict[str, Any]:
    """Submits one canary notification. Raises `CanaryRefused` when it was not accepted."""
    settings = get_settings()
    async with new_webhook_client(settings) as webhook_client:
        return await CanarySubmission(canary(), CanaryTable(settings.canary_table), webhook_client).start(api_url)


def new_webhook_client(settings: Settings) -> WebhookClient:
    """The HTTP client for one submission."""
    return WebhookClient(
        deadline_seconds=_DEADLINE,
        user_agent=f"Herald/{__version__}",
        allow_private=settings.allow_private_endpoints,
    )


@cache
def canary() -> CanaryPartner:
    """The canary's partner, whose number is the parameter CanaryPartnerId."""
    settings = get_settings()
    partners = PartnerTable(settings.partner_table, SecretTable(settings.secret_table, settings.secret_key))
    return CanaryPartner(partners, settings.canary_partner_id or 0)
