"""A source as an item of SourceTable, and back. Empty attributes are absent."""

from typing import Any

from herald.domain.sources.source import Proof, Source, SourceState
from herald.store.attribute_values import Item
from herald.store.dynamodb import drop_none, optional_int
from herald.store.items.partner_item import entry_from_item, entry_to_item


def to_item(source: Source) -> Item:
    """Attributes have the names of `Source` and `Proof`; the secrets among them are encrypted."""
    proof = source.proof
    item: dict[str, Any] = {
        "source_id": source.source_id,
        "name": source.name,
        "partner_id": source.partner_id,
        "state": source.state.value,
        "token_hash": source.token_hash,
        "version": source.version,
        "previous_token_hash": source.previous_token_hash,
        "previous_token_until": source.previous_token_until,
        "cidrs": list(proof.cidrs) or None,
        "webhook_secret": proof.webhook_secret,
        "header_name": proof.header_name,
        "header_value": proof.header_value,
        "created_at": source.created_at,
        "history": [entry_to_item(entry) for entry in source.history],
    }
    return drop_none(item)


def from_item(item: Item) -> Source:
    """The source that `to_item` wrote; numbers may be `Decimal`. Name and history may have been left out."""
    return Source(
        source_id=item["source_id"],
        name=item.get("name", ""),
        partner_id=int(item["partner_id"]),
        state=SourceState(item["state"]),
        token_hash=item["token_hash"],
        version=int(item["version"]),
        previous_token_hash=item.get("previous_token_hash"),
        previous_token_until=optional_int(item, "previous_token_until"),
        proof=Proof(
            cidrs=tuple(item.get("cidrs", ())),
            webhook_secret=_encrypted(item, "webhook_secret"),
            header_name=item.get("header_name"),
            header_value=_encrypted(item, "header_value"),
        ),
        created_at=int(item["created_at"]) if "created_at" in item else 0,
        history=tuple(entry_from_item(entry) for entry in item.get("history", ())),
    )


def _encrypted(item: Item, name: str) -> bytes | None:
    return bytes(item[name]) if name in item else None
