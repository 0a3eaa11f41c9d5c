"""SessionTable: the console's sessions, by the hash of their ids, and wrong keys by address; all expire (TTL)."""

from herald.domain.clock import MINUTE, SECOND
from herald.store.dynamodb import Item, client, get_item, put_if, table_errors, to_wire

WRONG_KEYS = 5  # of one address in a minute; then the address waits until the minute is over


class SessionTable:
    """Sessions and counters of wrong keys. Every method raises `TableUnavailable`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, id_hash: str, session: Item, expires_at: int) -> None:
        """Stores a session (texts by name) until `expires_at` (ms)."""
        item = {**session, "session_key": f"session#{id_hash}", "expires_at": expires_at // SECOND}
        put_if(self._name, item, "attribute_not_exists(session_key)")

    def find(self, id_hash: str, now: int) -> Item | None:
        """The session, or None when there is none or its time is over: TTL deletes hours later."""
        item = get_item(self._name, {"session_key": f"session#{id_hash}"})
        return item if item and int(item["expires_at"]) * SECOND > now else None

    def end(self, id_hash: str) -> None:
        """Removes a session, if it is there."""
        with table_errors():
            client().delete_item(TableName=self._name, Key=to_wire({"session_key": f"session#{id_hash}"}))

    def count_wrong_key(self, address: str, now: int) -> None:
        """Counts a wrong key of this address in the present minute."""
        with table_errors():
            client().update_item(
                TableName=self._name,
                Key=to_wire(_counter(address, now)),
                UpdateExpression="ADD wrong :one SET expires_at = :until",
                ExpressionAttributeValues=to_wire({":one": 1, ":until": (now + 2 * MINUTE) // SECOND}),
            )

    def must_wait(self, address: str, now: int) -> bool:
        """Whether the address has sent too many wrong keys in this minute."""
        item = get_item(self._name, _counter(address, now))
        return item is not None and int(item["wrong"]) >= WRONG_KEYS


def _counter(address: str, now: int) -> Item:
    return {"session_key": f"wrong#{address}#{now // MINUTE}"}
