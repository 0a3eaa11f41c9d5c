"""OpenSSL's messages for a failed handshake, and for each the code of a reason that says what to change. Pure."""

import re
import ssl
from typing import Final

from herald.languages.reason import Reason
from herald.languages.shown import shown

# Messages for an alert of the server have a prefix that differs between OpenSSL's versions: "sslv3 alert bad
# certificate", "ssl/tls alert bad certificate", "tlsv1 unrecognized name".
_PREFIX: Final = re.compile(r"^(?:sslv3|tlsv1|tlsv13|ssl/tls|tls) (?:alert )?")
_PYTHON_FORM: Final = re.compile(
    r"^(?:\[[^\]]*\] )?(.*?)(?: \(_ssl\.c:\d+\))?$"
)  # Python's form: library, message, place

LONGEST_MESSAGE: Final = 100  # characters of a message of OpenSSL in a reason

CODES: Final = {
    **dict.fromkeys(
        ("wrong version number", "http request", "https proxy request", "packet length too long", "unknown protocol"),
        "tls.no_tls",
    ),
    **dict.fromkeys(("unsupported protocol", "protocol version", "version too low"), "tls.old_version"),
    "unsafe legacy renegotiation disabled": "tls.renegotiation",
    "no application protocol": "tls.http2_only",
    "unrecognized name": "tls.unknown_name",
    "handshake failure": "tls.no_cipher",
    **dict.fromkeys(
        (
            *("bad certificate", "unsupported certificate", "certificate revoked", "certificate expired"),
            *("certificate unknown", "no certificate", "unknown ca", "access denied", "certificate required"),
        ),
        "tls.client_certificate",
    ),
    **dict.fromkeys(("insufficient security", "export restriction", "wrong cipher returned"), "tls.weak_cipher"),
    **dict.fromkeys(("unknown cipher returned", "no shared cipher", "no ciphers available"), "tls.weak_cipher"),
    **dict.fromkeys(
        ("wrong signature type", "bad signature", "legacy sigalg disallowed or unsupported"), "tls.weak_signature"
    ),
    **dict.fromkeys(("no shared signature algorithms", "no suitable signature algorithm"), "tls.weak_signature"),
    **dict.fromkeys(("dh key too small", "bad dh value", "dh public value length is wrong"), "tls.weak_dh"),
    **dict.fromkeys(("wrong curve", "no suitable groups", "no suitable key share", "bad key share"), "tls.no_curve"),
    "internal error": "tls.server_error",
    **dict.fromkeys(
        (
            *("unexpected message", "bad record mac", "decryption failed", "record overflow", "decompression failure"),
            *("illegal parameter", "decode error", "decrypt error", "missing extension", "unsupported extension"),
            *("inappropriate fallback", "no renegotiation", "length mismatch", "bad extension", "bad packet length"),
            *("unsolicited extension", "inconsistent extms", "record layer failure", "invalid session id"),
        ),
        "tls.garbled",
    ),
}
_SILENT: Final = frozenset({"", "unexpected eof while reading", "user cancelled"})


def tls_failure_reason(error: BaseException | None, host: str) -> Reason:
    """Why the handshake failed and what the partner can do; with OpenSSL's message, to search for.

    `error` is None, or no `ssl.SSLError`, when the server closed the connection without an alert.
    """
    message = _openssl_message(error)
    key = _PREFIX.sub("", message)
    if key in _SILENT:
        return Reason("tls.broken_off", {"host": host})
    return Reason(CODES.get(key, "tls.other"), {"said": shown(message, LONGEST_MESSAGE)})


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
