"""The canary: every five minutes a notification of our own begins the whole way, as a publisher's does.

It ends at functions/canary_arrival.
"""

import asyncio
from functools import cache
from typing import Any

from canary_flight import CanaryFlight
from canary_partner import CanaryPartner

from herald import __version__
from herald.key_table import KeyTable
from herald.meter import metered
from herald.partner_table import PartnerTable
from herald.postman import Postman
from herald.settings import Settings, get_settings

_DEADLINE = 30  # seconds: the API answers within these, also where all of its functions start cold


@metered
def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """The schedule's event, `{"apiUrl": …}`: only it can tell the address of our own API."""
    return asyncio.run(fly(str(event["apiUrl"])))


async def fly(api_url: str) -> dict[str, Any]:
    """One canary is on its way. Raises `CanaryRefused` when it was not accepted."""
    settings = get_settings()
    async with new_postman(settings) as postman:
        return await CanaryFlight(canary(), KeyTable(settings.key_table), postman).start(api_url)


def new_postman(settings: Settings) -> Postman:
    """A postman for one flight."""
    return Postman(
        deadline_seconds=_DEADLINE,
        user_agent=f"Herald/{__version__}",
        allow_private=settings.allow_private_endpoints,
    )


@cache
def canary() -> CanaryPartner:
    """The internal partner, by the number that the parameter CanaryPartnerId gives it."""
    settings = get_settings()
    return CanaryPartner(PartnerTable(settings.partner_table), settings.canary_partner_id or 0)
