"""An OpenID Connect provider on 127.0.0.1, for a browser and for the console: code flow with PKCE, for a public client.

It signs in one person without a password, and can do wrong what the console has to notice.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, override
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from herald.domain.clock import SECOND, now
from herald.runtime.settings import get_settings

CLIENT_ID = "herald-console"

type Signer = Callable[[Mapping[str, Any], "OidcProvider"], str]


@cache
def _private_key(name: str) -> RSAPrivateKey:  # noqa: ARG001 - one for each name
    return generate_private_key(public_exponent=65537, key_size=2048)


def signed(claims: Mapping[str, Any], provider: "OidcProvider") -> str:
    """The token as it should be: RS256, by the provider's present key."""
    return jwt.encode(dict(claims), _private_key(provider.key), "RS256", headers={"kid": provider.key})


def unsigned(claims: Mapping[str, Any], provider: "OidcProvider") -> str:
    """A token with `alg: none`."""
    return jwt.encode(dict(claims), "", "none", headers={"kid": provider.key})


def signed_by_public_key(claims: Mapping[str, Any], provider: "OidcProvider") -> str:
    """A token whose HMAC has the public key as its secret, which everybody knows."""
    public = _private_key(provider.key).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": provider.key}
    content = ".".join(_base64url(json.dumps(part).encode()) for part in (header, dict(claims)))
    return f"{content}.{_base64url(hmac.new(pem, content.encode(), hashlib.sha256).digest())}"


def signed_by_another(claims: Mapping[str, Any], provider: "OidcProvider") -> str:
    """A token that names the provider's key, but is signed by another one."""
    return jwt.encode(dict(claims), _private_key("another"), "RS256", headers={"kid": provider.key})


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass
class OidcProvider:
    """What the provider says, and what it was asked."""

    issuer: str = ""
    key: str = "key-1"  # the id of its present key
    claims: dict[str, Any] = field(
        default_factory=lambda: {"sub": "7f2c", "name": "王小明", "roles": ["herald-operator", "other"]}
    )
    sign: Signer = signed
    error: dict[str, str] = field(default_factory=dict)  # with which it answers the browser
    has_page: bool = False  # on which the person consents; otherwise it redirects at once
    documents: dict[str, tuple[int, bytes]] = field(default_factory=dict)  # by path, instead of the right answer
    requests: Counter[str] = field(default_factory=Counter)  # by path
    asked: dict[str, str] = field(default_factory=dict)  # the last request for authorization
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent."""
        self.asked = asked
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({**(self.error or {'code': code}), 'state': asked['state']})}"

    def exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer of the token endpoint. A code is worth something once."""
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or not _belongs(form, asked):
            return 400, {"error": "invalid_grant", "error_description": "the code is not valid"}
        moment = now() // SECOND
        standard = {"iss": self.issuer, "aud": CLIENT_ID, "iat": moment, "exp": moment + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in {**standard, **self.claims}.items() if value is not None}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(claims, self)}

    def document(self, path: str) -> dict[str, Any] | None:
        """What is published."""
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/keys",
                }
            case "/keys":
                public = json.loads(RSAAlgorithm.to_jwk(_private_key(self.key).public_key()))
                return {"keys": [{"kty": "unknown"}, {**public, "kid": self.key, "use": "sig", "alg": "RS256"}]}
        return None


def _belongs(form: dict[str, str], asked: dict[str, str]) -> bool:
    """Whether the code is exchanged by whom it was given to: the same client and address, and PKCE's verifier."""
    challenge = _base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
    same = all(form.get(name) == asked[name] for name in ("client_id", "redirect_uri"))
    return same and challenge == asked["code_challenge"] and form.get("grant_type") == "authorization_code"


@contextmanager
def running_provider() -> Iterator[OidcProvider]:
    """A provider that listens until the end of the block."""
    provider = OidcProvider()
    handler = type("Handler", (_Handler,), {"provider": provider})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def provider_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[OidcProvider]:
    """Likewise, and the console's settings name it, as on the local engine."""
    with running_provider() as provider:
        local = {"STAGE": "local", "ALLOW_PRIVATE_ENDPOINTS": "true"}
        for name, value in {**local, "OIDC_ISSUER": provider.issuer, "OIDC_CLIENT_ID": CLIENT_ID}.items():
            monkeypatch.setenv(name, value)
        get_settings.cache_clear()
        yield provider


class _Handler(BaseHTTPRequestHandler):
    provider: OidcProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.provider.requests[parts.path] += 1
        if parts.path in self.provider.documents:
            self._answer(*self.provider.documents[parts.path])
        elif parts.path == "/authorize":
            self._send_back(self.provider.authorize(_fields(parts.query)))
        elif (document := self.provider.document(parts.path)) is not None:
            self._answer(200, json.dumps(document).encode())
        else:
            self._answer(404, b"{}")

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        self.provider.requests[path] += 1
        form = _fields(self.rfile.read(int(self.headers["content-length"])).decode())
        if path in self.provider.documents:
            self._answer(*self.provider.documents[path])
        else:
            status, document = self.provider.exchange(form)
            self._answer(status, json.dumps(document).encode())

    def _send_back(self, address: str) -> None:
        if self.provider.has_page:
            page = f'<!DOCTYPE html><title>Provider</title><a href="{escape(address)}">Continue</a>'
            self._answer(200, page.encode(), **{"content-type": "text/html"})
        else:
            self._answer(302, b"", location=address)

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _fields(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
