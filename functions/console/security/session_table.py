"""SessionTable: who is signed in, by the hash of a random id, and how often an address gave a wrong key.

DynamoDB removes the items some time after `expires_at`; until then reads do not find them.
"""

from typing import Any, Final

from console.security.session import Session, hash_of_id
from herald.domain.clock import MINUTE, SECOND
from herald.store.attribute_values import from_wire, to_wire
from herald.store.dynamodb import client, get_item, put_if, table_errors

MAX_WRONG_KEYS: Final = 5  # of one address within a minute


class SessionTable:
    """The sessions. Every method raises `TableUnavailable`; moments are ms since the epoch."""

    def __init__(self, name: str) -> None:
        self._name = name

    def add(self, session: Session) -> None:
        """Stores a new session."""
        item = {
            "session_key": hash_of_id(session.session_id),
            "name": session.name,
            "role": session.role,
            "key_hash": session.key_hash,
            "expires_at": session.expires_at // SECOND,  # TTL takes seconds
            **({"subject": session.subject} if session.subject else {}),
        }
        put_if(self._name, item, "attribute_not_exists(session_key)")

    def find(self, session_id: str, now: int) -> Session | None:
        """The session with this id; None after its end."""
        item = get_item(self._name, {"session_key": hash_of_id(session_id)})
        if item is None or int(item["expires_at"]) * SECOND <= now:
            return None
        return Session(
            session_id=session_id,
            name=item["name"],
            role=item["role"],
            key_hash=item["key_hash"],
            expires_at=int(item["expires_at"]) * SECOND,
            subject=item.get("subject", ""),
        )

    def end(self, session_id: str) -> None:
        """Removes it: its cookie is worth nothing from now on."""
        with table_errors():
            client().delete_item(TableName=self._name, Key=to_wire({"session_key": hash_of_id(session_id)}))

    def must_wait(self, address: str, now: int) -> bool:
        """Whether this address gave too many wrong keys within this minute."""
        item = get_item(self._name, _attempts_of(address, now))
        return item is not None and int(item["attempts"]) >= MAX_WRONG_KEYS

    def count_wrong_key(self, address: str, now: int) -> int:
        """Counts a wrong key, and returns how many it were within this minute."""
        with table_errors():
            response: Any = client().update_item(
                TableName=self._name,
                Key=to_wire(_attempts_of(address, now)),
                UpdateExpression="SET expires_at = :end ADD attempts :one",
                ExpressionAttributeValues=to_wire({":end": now // SECOND + 3600, ":one": 1}),
                ReturnValues="UPDATED_NEW",
            )
        return int(from_wire(response["Attributes"])["attempts"])


def _attempts_of(address: str, now: int) -> dict[str, str]:
    """The key of the item that counts: of another form than a hash, so that it is no session's."""
    return {"session_key": f"wrong-keys#{address}#{now // MINUTE}"}
