"""A partner as an item of PartnerTable, and back. Empty attributes are absent."""

from typing import Any

from herald.domain.ladder import Ladder
from herald.domain.partner import EndpointTest, Partner, PartnerEntry, ReviewState
from herald.store.dynamodb import Item, drop_none, optional_int
from herald.store.items.outcome_item import outcome_from_item, outcome_to_item
from herald.store.items.reason_text import reason_from_text, reason_to_text


def to_item(partner: Partner) -> Item:
    """Attributes have the names of `Partner`."""
    test = partner.last_test
    item: dict[str, Any] = {
        "partner_id": partner.partner_id,
        "name": partner.name,
        "contact": partner.contact,
        "state": partner.state.value,
        "secret": partner.secret,
        "version": partner.version,
        "url": partner.url,
        "proposed_url": partner.proposed_url,
        "ladder": str(partner.ladder) if partner.ladder else None,
        "previous_secret": partner.previous_secret,
        "previous_secret_until": partner.previous_secret_until,
        "query_keys": list(partner.query_keys) or None,
        "last_test": {"url": test.url, **outcome_to_item(test.outcome)} if test else None,
        "history": [_entry_to_item(entry) for entry in partner.history],
        "alert_pending_at": partner.alert_pending_at,
        "alerted_at": partner.alerted_at,
        "alert_open": partner.alert_open or None,
    }
    return drop_none(item)


def from_item(item: Item) -> Partner:
    """The partner that `to_item` wrote; numbers may be `Decimal`."""
    return Partner(
        partner_id=int(item["partner_id"]),
        name=item["name"],
        contact=item["contact"],
        state=ReviewState(item["state"]),
        secret=item["secret"],
        version=int(item["version"]),
        url=item.get("url"),
        proposed_url=item.get("proposed_url"),
        ladder=Ladder.parse(item["ladder"]) if "ladder" in item else None,
        previous_secret=item.get("previous_secret"),
        previous_secret_until=optional_int(item, "previous_secret_until"),
        query_keys=tuple(item.get("query_keys", ())),
        last_test=_test_from_item(item["last_test"]) if "last_test" in item else None,
        history=tuple(_entry_from_item(entry) for entry in item["history"]),
        alert_pending_at=optional_int(item, "alert_pending_at"),
        alerted_at=optional_int(item, "alerted_at"),
        alert_open=bool(item.get("alert_open")),
    )


def _test_from_item(item: Item) -> EndpointTest:
    return EndpointTest(url=item["url"], outcome=outcome_from_item(item))


def _entry_to_item(entry: PartnerEntry) -> Item:
    item = {"at": entry.at, "by": entry.by, "action": entry.action, "reason": reason_to_text(entry.reason)}
    return {**item, "what": entry.what} if entry.what else item


def _entry_from_item(item: Item) -> PartnerEntry:
    return PartnerEntry(
        at=int(item["at"]),
        by=item["by"],
        action=item["action"],
        reason=reason_from_text(item["reason"]),
        what=item.get("what", ""),
    )
