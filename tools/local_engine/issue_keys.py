"""Adds a key for each role to a KeyTable and prints them.

A process of its own, because the nouns find AWS by the environment: `keys.keys_for` gives it the engine's.
"""

import json
import sys

from herald.clock import now
from herald.key_table import Key, KeyTable, Role, new_key


def main(table_name: str) -> None:
    """Prints `{"publisher": "…", "operator": "…"}`."""
    table = KeyTable(table_name)
    keys = {role: new_key() for role in (Role.PUBLISHER, Role.OPERATOR)}
    for role, text in keys.items():
        table.add(text, Key(role=role, name="local"), now())
    print(json.dumps(keys))


if __name__ == "__main__":
    main(sys.argv[1])
