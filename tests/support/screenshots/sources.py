"""Senders of a voucher platform's partner: the platform itself, and a shop that has moved."""

from customer_service.schemas.sources.responses import Source, SourceWithToken
from tests.support.console.samples import source_samples as samples
from tests.support.console.samples.administration_samples import entry
from tests.support.screenshots.notifications import WEST_LAKE


def platform() -> Source:
    """The platform, which signs, comes from its own network, and has had a new address since the morning."""
    return samples.changed_source(
        name="券券平台 Voucher Platform",
        partnerId=WEST_LAKE,
        history=[
            entry("create", "合約 2026-118", what="demands: none"),
            entry("change", "they run Herald as well", what="demands: signature, cidrs 203.0.113.0/24"),
            entry("rotate token", "once a year"),
        ],
    )


def those() -> list[Source]:
    """The sources of the list."""
    shop = samples.source(
        id="7c1d2e3f4a5b6978", name="Harbour Tickets, box office", partnerId=3529, headerName="X-Shop-Key"
    )
    old = samples.source(id="18e2d3c4b5a69700", name="海風餐旅 Seabreeze, old till", partnerId=3534, state="suspended")
    return [platform(), shop, old]


def new() -> SourceWithToken:
    """One that was just registered."""
    return samples.source_with_token()
