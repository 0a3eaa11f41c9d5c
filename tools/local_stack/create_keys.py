"""Sees to it that a KeyTable knows a key for each role, and prints them.

A process of its own, because the library finds AWS by the environment: `api_keys.keys_for` gives it the engine's.
"""

import json
import sys
from collections.abc import Mapping

from herald.domain.api_key import Key, Role, new_key
from herald.domain.clock import now
from herald.store.key_table import KeyTable


def main(table_name: str, kept: Mapping[str, str]) -> None:
    """Prints `{"publisher": "…", "operator": "…"}`: of `kept` what the table knows, new keys for the rest."""
    table = KeyTable(table_name)
    print(json.dumps({role: _key(table, role, kept.get(role)) for role in (Role.PUBLISHER, Role.OPERATOR)}))


def _key(table: KeyTable, role: Role, kept: str | None) -> str:
    known = table.find(kept) if kept else None
    if kept and known and known.key.role is role and known.is_valid(now()):
        return kept
    text = new_key(role)
    table.add(text, Key(role=role, name="local"), now(), by="make up")
    return text


if __name__ == "__main__":
    main(sys.argv[1], json.load(sys.stdin))
