"""What the console uses beside customer_service, each made once in an execution environment."""

from functools import cache

from console.security.oidc.provider import configured_provider
from console.security.session_table import SessionTable
from herald.runtime.settings import get_settings


@cache
def sessions() -> SessionTable:
    """Who is signed in."""
    return SessionTable(get_settings().session_table)


def is_secure() -> bool:
    """Whether the console is served by https: everywhere but on the local engine."""
    return get_settings().stage != "local"


def provider_host() -> str:
    """The host of the provider by which people sign in; empty where they sign in with keys."""
    provider = configured_provider()
    return provider.host if provider else ""
