"""Reasons of failed TLS connections: the certificate, and the handshake."""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

_HANDSHAKE: Final = N_("TLS handshake failed: {detail}")
# translators: {said} is OpenSSL's message in English, to search for
_SAID: Final = N_("{detail} (`{said}`)")

_CERTIFICATE: Final = {
    "expired": N_("TLS certificate expired on {date:date}"),
    "expired_some_day": N_("TLS certificate has expired"),
    "not_yet_valid": N_("TLS certificate is valid only from {date:date}"),
    "not_yet_valid_some_day": N_("TLS certificate is not valid yet"),
    "wrong_name": N_("TLS certificate is for another name: it does not say {host}"),
    "self_signed": N_("TLS certificate is self-signed: it must come from a public certificate authority"),
    "private_authority": N_(
        "TLS certificate comes from a private certificate authority: it must come from a public one"
    ),
    "unknown_issuer": N_(
        "TLS certificate was issued by nobody whom Herald trusts, or the server does not send its intermediate ones"
    ),
    "revoked": N_("TLS certificate was revoked"),
    "wrong_purpose": N_("TLS certificate is not one for servers: it must be issued for TLS server authentication"),
    "not_permitted": N_("TLS certificate has a name that its certificate authority may not certify"),
    "small_key": N_("TLS certificate has too small a key: it must have RSA of at least 2,048 bits, or P-256"),
    "small_authority_key": N_(
        "TLS certificate comes from a certificate authority with too small a key: renew it with another one"
    ),
    "weak_digest": N_(
        "TLS certificate is signed by a method that is no longer secure, such as SHA-1: renew it with SHA-256"
    ),
    # translators: {said} is OpenSSL's message in English
    "refused": N_("TLS certificate was refused: {said}"),
}
# By the failures of `herald.webhook.tls_failures`.
_FAILURES: Final = {
    "no_tls": N_("the server does not speak TLS at this port: it may be one for plain HTTP"),
    "old_version": N_("the server speaks only versions older than TLS 1.2: switch on TLS 1.2 or 1.3"),
    "renegotiation": N_(
        "the server does not know secure renegotiation (RFC 5746): update its TLS library or its load balancer, or "
        "switch on TLS 1.3"
    ),
    "http2_only": N_("the server speaks HTTP/2 only: switch on HTTP/1.1 too (`http/1.1` in ALPN)"),
    "unknown_name": N_("the server does not know this host name: configure it there, with its certificate"),
    "no_cipher": N_(
        "the server found no cipher in common, or wants a client certificate: switch on suites with ECDHE and AES-GCM, "
        "and ask no client certificate at this address"
    ),
    "client_certificate": N_(
        "the server wants a client certificate, and Herald has none: switch that off for this address"
    ),
    "weak_cipher": N_(
        "the server and Herald have no sufficiently strong cipher in common: switch on ECDHE with AES-GCM"
    ),
    "weak_signature": N_(
        "the server signs the handshake by a method that is no longer secure: update its TLS library, and switch on "
        "SHA-256"
    ),
    "weak_dh": N_(
        "the server's key exchange is too weak: use ECDHE, or Diffie-Hellman parameters of at least 2,048 bits"
    ),
    "no_curve": N_("the server and Herald have no elliptic curve in common: switch on X25519 or P-256"),
    "server_error": N_("the server failed in itself: its log should say why"),
    "garbled": N_(
        "the server and Herald did not understand each other: update the server's TLS library, and look at what "
        "inspects or changes TLS in front of it"
    ),
}

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"tls.{name}": (text,) for name, text in _CERTIFICATE.items()},
    **{f"tls.{name}": (_HANDSHAKE, _SAID, text) for name, text in _FAILURES.items()},
    "tls.broken_off": (
        _HANDSHAKE,
        N_(
            "the server broke it off without saying why: it must speak TLS 1.2 or 1.3 and HTTP/1.1, have a "
            "certificate for {host}, and let Herald pass its firewall"
        ),
    ),
    "tls.other": (_HANDSHAKE, "{said}"),
}
