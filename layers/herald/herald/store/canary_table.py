"""CanaryTable: the canary's own entries. It may write nothing else of Herald's but its partner.

A key's entry `key#<SHA-256 of its text>` admits one submission; an order's entry `sent#<order id>` says that the canary
submitted it. Both carry `expires_at` (seconds since the epoch), by which DynamoDB removes them in its own time.
"""

from herald.domain.clock import HOUR, MINUTE, SECOND
from herald.store.dynamodb import client, from_wire, table_errors, to_wire
from herald.store.key_table import hash_of

KEY_LIVES = 5 * MINUTE  # far longer than a submission takes
COUNTS_FOR = HOUR  # an arrival that comes later proves nothing


class CanaryTable:
    """The canary's keys and submissions. Every method raises `TableUnavailable` when DynamoDB cannot answer now."""

    def __init__(self, name: str) -> None:
        self._name = name

    def admit(self, key: str, now: int) -> None:
        """From now on (ms since the epoch) the key with this text submits, for five minutes at most."""
        self._put(f"key#{hash_of(key)}", now + KEY_LIVES)

    def withdraw(self, key: str) -> None:
        """The key submits no more; a key that is not there is no error."""
        with table_errors():
            client().delete_item(TableName=self._name, Key=to_wire({"name": f"key#{hash_of(key)}"}))

    def admits(self, key: str, now: int) -> bool:
        """Whether this is the text of a key that was admitted less than five minutes ago."""
        return self._is_there(f"key#{hash_of(key)}", now)

    def note_sent(self, order_id: str, now: int) -> None:
        """The canary submits this order now."""
        self._put(f"sent#{order_id}", now + COUNTS_FOR)

    def was_sent(self, order_id: str, now: int) -> bool:
        """Whether the canary submitted this order less than an hour ago."""
        return self._is_there(f"sent#{order_id}", now)

    def _put(self, name: str, until: int) -> None:
        with table_errors():
            client().put_item(TableName=self._name, Item=to_wire({"name": name, "expires_at": until // SECOND}))

    def _is_there(self, name: str, now: int) -> bool:
        with table_errors():
            answer = client().get_item(TableName=self._name, Key=to_wire({"name": name}), ConsistentRead=True)
        return "Item" in answer and int(from_wire(answer["Item"])["expires_at"]) * SECOND > now
