"""CanaryTable: the canary's keys and submissions. The canary writes to no other table, except its own partner.

An item `key#<SHA-256 of its text>` allows submissions with that key; an item `sent#<order id>` records that the canary
submitted the order. Both have `expires_at` (seconds since the epoch), the TTL by which DynamoDB removes them.
"""

from herald.domain.api_key import hash_of
from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import client, get_item, table_errors

KEY_LIVES = 5 * MINUTE  # far longer than a submission takes
COUNTS_FOR = HOUR  # a notification that arrives later does not count


class CanaryTable:
    """The canary's keys and submissions. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def admit(self, key: str, now: int) -> None:
        """Allows submissions with the key of this text for five minutes from `now` (ms since the epoch)."""
        self._put(f"key#{hash_of(key)}", now + KEY_LIVES)

    def withdraw(self, key: str) -> None:
        """Removes the key, if there is one."""
        with table_errors():
            client().delete_item(TableName=self._name, Key=to_wire({"name": f"key#{hash_of(key)}"}))

    def admits(self, key: str, now: int) -> bool:
        """Whether a key with this text was admitted less than five minutes ago."""
        return self._exists(f"key#{hash_of(key)}", now)

    def note_sent(self, order_id: str, now: int) -> None:
        """Records that the canary submits this order now."""
        self._put(f"sent#{order_id}", now + COUNTS_FOR)

    def was_sent(self, order_id: str, now: int) -> bool:
        """Whether the canary submitted this order less than an hour ago."""
        return self._exists(f"sent#{order_id}", now)

    def _put(self, name: str, until: int) -> None:
        with table_errors():
            client().put_item(TableName=self._name, Item=to_wire({"name": name, "expires_at": until // SECOND}))

    def _exists(self, name: str, now: int) -> bool:
        item = get_item(self._name, {"name": name})
        return item is not None and int(item["expires_at"]) * SECOND > now
