"""SecretTable: the secrets of partners, each encrypted for its partner.

KMS encrypts a text of up to 4 KB directly. Ten headers may have more together, so each is an item of its own.

An item has the partner's number, the secret's `name`, and `encrypted`; one that ends has `expires_at` (seconds since
the epoch), the TTL by which DynamoDB removes it. Reads leave it out from that moment on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from herald.domain.clock import SECOND
from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import client_with_short_deadline, drop_none, table_errors
from herald.store.encryption import kms
from herald.store.transaction import Delete, Put


class SecretName(StrEnum):
    """What a signing secret is for. A partner has one of each at most."""

    SIGNING = "signing"
    SIGNING_BEFORE = "signing-before"  # replaced, and still signs beside the present one


_HEADER = "header:"


def header_secret(header: str) -> str:
    """The name of the secret that is the value of this header; upper and lower case are the same."""
    return f"{_HEADER}{header.lower()}"


@dataclass(frozen=True, slots=True)
class EncryptedSecret:
    """A secret as it is stored: encrypted for its partner, and until when (ms since the epoch) it is valid."""

    encrypted: bytes
    until: int | None = None


_SIGNING = frozenset(SecretName)


class SecretTable:
    """The secrets, by partner and name. `key` is the ARN of the KMS key."""

    def __init__(self, name: str, key: str) -> None:
        self._name = name
        self._key = key

    def encrypt(self, partner_id: int, text: str) -> bytes:
        """The text encrypted for this partner. Raises `SecretsUnavailable`."""
        return kms.encrypt(self._key, _context(partner_id), text)

    def decrypt(self, partner_id: int, secret: EncryptedSecret) -> str:
        """The secret itself. Raises `SecretsUnavailable`."""
        return kms.decrypt(self._key, _context(partner_id), secret.encrypted)

    def put(self, partner_id: int, name: str, secret: EncryptedSecret) -> Put:
        """The write that stores it in the place of the one of this name, for a transaction with the partner."""
        expires_at = None if secret.until is None else secret.until // SECOND
        item = {"partner_id": partner_id, "name": name, "encrypted": secret.encrypted, "expires_at": expires_at}
        return Put(self._name, drop_none(item))

    def delete(self, partner_id: int, name: str) -> Delete:
        """The write that removes it, for a transaction with the partner."""
        return Delete(self._name, {"partner_id": partner_id, "name": name})

    def deletions(self, partner_id: int, headers: Iterable[str]) -> list[Delete]:
        """The writes that remove every secret of the partner, and these headers, for a transaction with it."""
        return [self.delete(partner_id, name) for name in (*SecretName, *map(header_secret, headers))]

    def of_partner(self, partner_id: int) -> dict[str, EncryptedSecret]:
        """The partner's secrets by name; one whose time is over may still be among them.

        Raises `TableUnavailable`, and `SecretsUnavailable` where a permission is missing.
        """
        with table_errors(), kms.permission_errors():
            response = client_with_short_deadline().query(
                TableName=self._name,
                KeyConditionExpression="partner_id = :partner",
                ExpressionAttributeValues=to_wire({":partner": partner_id}),
                ConsistentRead=True,
            )
        items = map(from_wire, response["Items"])
        return {str(item["name"]): _read(item) for item in items if _is_known(item["name"])}


def _is_known(name: str) -> bool:
    """Others are of a later version, which runs beside this one during a rollout."""
    return name in _SIGNING or name.startswith(_HEADER)


def _context(partner_id: int) -> dict[str, str]:
    return {"partner": str(partner_id)}


def _read(item: Item) -> EncryptedSecret:
    until = int(item["expires_at"]) * SECOND if "expires_at" in item else None
    return EncryptedSecret(bytes(item["encrypted"]), until)
