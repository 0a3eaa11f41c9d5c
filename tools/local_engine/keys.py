"""One key for publishers and one for operators, so that people and tests can call the API."""

import hashlib
import secrets

from tools.local_engine.engine import Engine

ROLES = ("publisher", "operator")


def keys_for(engine: Engine, table: str) -> dict[str, str]:
    """New keys by role, stored as the authorizer expects them."""
    keys = {role: f"{role}-{secrets.token_urlsafe(24)}" for role in ROLES}
    for role, key in keys.items():
        engine.client("dynamodb").put_item(
            TableName=table,
            Item={
                "key_hash": {"S": hashlib.sha256(key.encode()).hexdigest()},
                "role": {"S": role},
                "name": {"S": "local"},
            },
        )
    return keys
