"""OpenSSL's messages for a failed handshake, and for each a sentence on what the partner can change. Pure."""

import re
import ssl
from typing import Final

# Messages for an alert of the server have a prefix that differs between OpenSSL's versions: "sslv3 alert bad
# certificate", "ssl/tls alert bad certificate", "tlsv1 unrecognized name".
_PREFIX: Final = re.compile(r"^(?:sslv3|tlsv1|tlsv13|ssl/tls|tls) (?:alert )?")
_PYTHON_FORM: Final = re.compile(
    r"^(?:\[[^\]]*\] )?(.*?)(?: \(_ssl\.c:\d+\))?$"
)  # Python's form: library, message, place

_NO_TLS: Final = "the server does not speak TLS at this port: it may be one for plain HTTP"
_OLD_TLS: Final = "the server speaks only versions older than TLS 1.2: switch on TLS 1.2 or 1.3"
_CLIENT_CERTIFICATE: Final = (
    "the server wants a client certificate, and Herald has none: switch that off for this address"
)
_NO_CIPHER: Final = (
    "the server found no cipher in common, or wants a client certificate: switch on suites with ECDHE and AES-GCM, "
    "and ask no client certificate at this address"
)
_CIPHERS: Final = "the server and Herald have no sufficiently strong cipher in common: switch on ECDHE with AES-GCM"
_WEAK_SIGNATURE: Final = (
    "the server signs the handshake by a method that is no longer secure: update its TLS library, and switch on SHA-256"
)
_WEAK_DH: Final = (
    "the server's key exchange is too weak: use ECDHE, or Diffie-Hellman parameters of at least 2,048 bits"
)
_GARBLED: Final = (
    "the server and Herald did not understand each other: update the server's TLS library, and look at what inspects "
    "or changes TLS in front of it"
)
_CURVES: Final = "the server and Herald have no elliptic curve in common: switch on X25519 or P-256"

_MESSAGES: Final = {
    **dict.fromkeys(
        ("wrong version number", "http request", "https proxy request", "packet length too long", "unknown protocol"),
        _NO_TLS,
    ),
    **dict.fromkeys(("unsupported protocol", "protocol version", "version too low"), _OLD_TLS),
    "unsafe legacy renegotiation disabled": (
        "the server does not know secure renegotiation (RFC 5746): update its TLS library or its load balancer, or "
        "switch on TLS 1.3"
    ),
    "no application protocol": "the server speaks HTTP/2 only: switch on HTTP/1.1 too (`http/1.1` in ALPN)",
    "unrecognized name": "the server does not know this host name: configure it there, with its certificate",
    "handshake failure": _NO_CIPHER,
    **dict.fromkeys(
        (
            *("bad certificate", "unsupported certificate", "certificate revoked", "certificate expired"),
            *("certificate unknown", "no certificate", "unknown ca", "access denied", "certificate required"),
        ),
        _CLIENT_CERTIFICATE,
    ),
    **dict.fromkeys(("insufficient security", "export restriction", "wrong cipher returned"), _CIPHERS),
    **dict.fromkeys(("unknown cipher returned", "no shared cipher", "no ciphers available"), _CIPHERS),
    **dict.fromkeys(
        ("wrong signature type", "bad signature", "legacy sigalg disallowed or unsupported"), _WEAK_SIGNATURE
    ),
    **dict.fromkeys(("no shared signature algorithms", "no suitable signature algorithm"), _WEAK_SIGNATURE),
    **dict.fromkeys(("dh key too small", "bad dh value", "dh public value length is wrong"), _WEAK_DH),
    **dict.fromkeys(("wrong curve", "no suitable groups", "no suitable key share", "bad key share"), _CURVES),
    "internal error": "the server failed in itself: its log should say why",
    **dict.fromkeys(
        (
            *("unexpected message", "bad record mac", "decryption failed", "record overflow", "decompression failure"),
            *("illegal parameter", "decode error", "decrypt error", "missing extension", "unsupported extension"),
            *("inappropriate fallback", "no renegotiation", "length mismatch", "bad extension", "bad packet length"),
            *("unsolicited extension", "inconsistent extms", "record layer failure", "invalid session id"),
        ),
        _GARBLED,
    ),
}
_SILENT: Final = frozenset({"", "unexpected eof while reading", "user cancelled"})


def tls_failure_message(error: BaseException | None, host: str) -> str:
    """Why the handshake failed and what the partner can do, followed by OpenSSL's message, to search for.

    `error` is None, or no `ssl.SSLError`, when the server closed the connection without an alert.
    """
    said = _openssl_message(error)
    key = _PREFIX.sub("", said)
    if key in _SILENT:
        return (
            "the server broke it off without saying why: it must speak TLS 1.2 or 1.3 and HTTP/1.1, have a "
            f"certificate for {host}, and let Herald pass its firewall"
        )
    return f"{_MESSAGES[key]} (`{said}`)" if key in _MESSAGES else said


def _openssl_message(error: BaseException | None) -> str:
    """OpenSSL's message in lower case; empty when the connection just ended.

    `reason` has it as a name, but is None for codes newer than Python's table; then `strerror` has it.
    """
    if not isinstance(error, ssl.SSLError) or isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return ""
    if getattr(error, "reason", None):  # an error without arguments lacks the attribute
        return error.reason.lower().replace("_", " ")
    found = _PYTHON_FORM.match(str(error.strerror or ""))
    return found[1].lower() if found else ""
