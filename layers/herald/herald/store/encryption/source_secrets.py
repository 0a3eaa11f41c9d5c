"""The secrets by which the senders of sources prove themselves, encrypted under the KMS key, each for its source."""

from herald.store.encryption import kms


def encrypt_for_source(key: str, source_id: str, text: str) -> bytes:
    """The text encrypted for this source under the key with this ARN. Raises `SecretsUnavailable`."""
    return kms.encrypt(key, _context(source_id), text)


def decrypt_for_source(key: str, source_id: str, encrypted: bytes) -> str:
    """The text that was encrypted for this source. Raises `SecretsUnavailable`."""
    return kms.decrypt(key, _context(source_id), encrypted)


def _context(source_id: str) -> dict[str, str]:
    return {"source": source_id}
