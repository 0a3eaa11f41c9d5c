"""What the routes use, each made once in an execution environment."""

from functools import cache

from herald.runtime.settings import get_settings
from herald.store.key_table import KeyTable
from herald.store.session_table import SessionTable


@cache
def sessions() -> SessionTable:
    """Who is signed in."""
    return SessionTable(get_settings().session_table)


@cache
def keys() -> KeyTable:
    """The API keys."""
    return KeyTable(get_settings().key_table)


def is_secure() -> bool:
    """Whether browsers reach the console over https: everywhere but on the local engine."""
    return get_settings().stage != "local"
