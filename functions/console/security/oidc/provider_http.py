"""Requests to the provider: short deadlines, no redirects, and an answer of a bounded size.

By urllib3, which boto3 brings and has imported already.
"""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import urllib3

from console.security.oidc.refusals import ProviderUnavailable
from herald import __version__

_CONNECT, _READ = 2.0, 4.0  # seconds; a sign-in makes three requests, and API Gateway waits 30 s
_LARGEST: Final = 512 * 1024  # bytes; a key set with certificates takes some 20 KB
_OK: Final = 200
_POOL: Final = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=_CONNECT, read=_READ),
    retries=False,
    headers={"accept": "application/json", "user-agent": f"Herald/{__version__}"},
)


def get_json(url: str) -> Mapping[str, Any]:
    """The JSON object at this address. Raises `ProviderUnavailable`."""
    status, found = _request("GET", url)
    if status != _OK:
        raise ProviderUnavailable(f"GET {url}: HTTP {status}")
    return found


def post_form(url: str, fields: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
    """The status and the JSON object that answers the form. Raises `ProviderUnavailable`."""
    return _request("POST", url, urlencode(fields))


def _request(method: str, url: str, form: str | None = None) -> tuple[int, Mapping[str, Any]]:
    headers = {**_POOL.headers, "content-type": "application/x-www-form-urlencoded"} if form else _POOL.headers
    try:
        response = _POOL.request(method, url, body=form, headers=headers, redirect=False, preload_content=False)
        try:
            body = response.read(_LARGEST + 1, decode_content=True)
        finally:
            response.close()
    except urllib3.exceptions.HTTPError as error:
        raise ProviderUnavailable(f"{method} {url}: {error}") from None
    return response.status, _object(body, f"{method} {url}: HTTP {response.status}")


def _object(body: bytes, what: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body) if len(body) <= _LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ProviderUnavailable(f"{what}, and no JSON object of up to {_LARGEST} bytes")
    return found
