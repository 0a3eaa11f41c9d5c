"""A partner as an item of PartnerTable, and back. Empty attributes are absent."""

from typing import Any

from herald.domain.ladder import Ladder
from herald.domain.partner import EndpointTest, Partner, PartnerEntry, ReviewState
from herald.store.attribute_values import Item
from herald.store.dynamodb import drop_none, optional_int
from herald.store.items.breaker_item import breaker_from_item, breaker_to_item
from herald.store.items.outcome_item import outcome_from_item, outcome_to_item
from herald.store.items.reason_text import reason_from_text, reason_to_text

_SECRETS = {"secret", "previous_secret", "headers"}


def without_secrets(item: Item) -> Item:
    """The item without the secrets themselves, which stand in SecretTable.

    The names of headers stay, and until when the previous secret signs.
    """
    left = {name: value for name, value in item.items() if name not in _SECRETS}
    names = [*item.get("headers", {}), *item.get("header_names", ())]
    return {**left, "header_names": sorted(names)} if names else left


def to_item(partner: Partner) -> Item:
    """Attributes have the names of `Partner`; its secrets are among them where they are in clear."""
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
        "internal": partner.internal or None,
        "proposed_internal": partner.proposed_internal or None,
        "ladder": str(partner.ladder) if partner.ladder else None,
        "timeout": partner.timeout,
        "rate_per_second": partner.rate_per_second,
        "concurrency": partner.concurrency,
        "headers": {name: value for name, value in partner.headers.items() if value is not None} or None,
        "header_names": sorted(name for name, value in partner.headers.items() if value is None) or None,
        "previous_secret": partner.previous_secret,
        "previous_secret_until": partner.previous_secret_until,
        "query_keys": list(partner.query_keys) or None,
        "last_test": _test_to_item(test) if test else None,
        "history": [entry_to_item(entry) for entry in partner.history],
        "alert_pending_at": partner.alert_pending_at,
        "alerted_at": partner.alerted_at,
        "alert_open": partner.alert_open or None,
        "outage_alerted_at": partner.outage_alerted_at,
        **breaker_to_item(partner.breaker),
    }
    return drop_none(item)


def from_item(item: Item) -> Partner:
    """The partner that `to_item` wrote; numbers may be `Decimal`."""
    return Partner(
        partner_id=int(item["partner_id"]),
        name=item["name"],
        contact=item["contact"],
        state=ReviewState(item["state"]),
        secret=item.get("secret"),
        version=int(item["version"]),
        url=item.get("url"),
        proposed_url=item.get("proposed_url"),
        internal=bool(item.get("internal")),
        proposed_internal=bool(item.get("proposed_internal")),
        ladder=Ladder.parse(item["ladder"]) if "ladder" in item else None,
        timeout=optional_int(item, "timeout"),
        rate_per_second=optional_int(item, "rate_per_second"),
        concurrency=optional_int(item, "concurrency"),
        headers={**dict.fromkeys(item.get("header_names", ())), **item.get("headers", {})},
        previous_secret=item.get("previous_secret"),
        previous_secret_until=optional_int(item, "previous_secret_until"),
        query_keys=tuple(item.get("query_keys", ())),
        last_test=_test_from_item(item["last_test"]) if "last_test" in item else None,
        history=tuple(entry_from_item(entry) for entry in item["history"]),
        alert_pending_at=optional_int(item, "alert_pending_at"),
        alerted_at=optional_int(item, "alerted_at"),
        alert_open=bool(item.get("alert_open")),
        outage_alerted_at=optional_int(item, "outage_alerted_at"),
        breaker=breaker_from_item(item),
    )


def _test_to_item(test: EndpointTest) -> Item:
    item = {"url": test.url, **outcome_to_item(test.outcome)}
    return {**item, "internal": True} if test.internal else item


def _test_from_item(item: Item) -> EndpointTest:
    return EndpointTest(url=item["url"], outcome=outcome_from_item(item), internal=bool(item.get("internal")))


def entry_to_item(entry: PartnerEntry) -> Item:
    """An entry of the history of a partner or of a source."""
    item = {"at": entry.at, "by": entry.by, "action": entry.action, "reason": reason_to_text(entry.reason)}
    return {**item, "what": entry.what} if entry.what else item


def entry_from_item(item: Item) -> PartnerEntry:
    """The entry that `entry_to_item` wrote."""
    return PartnerEntry(
        at=int(item["at"]),
        by=item["by"],
        action=item["action"],
        reason=reason_from_text(item["reason"]),
        what=item.get("what", ""),
    )
