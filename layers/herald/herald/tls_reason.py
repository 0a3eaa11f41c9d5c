"""Why a TLS connection failed, in words for the partner."""

import asyncio
import ssl
from datetime import UTC, datetime

_EXPIRED = 10  # these numbers are OpenSSL's X509_V_ERR_…
_NO_CHECK_TIME = 0x20_0000  # X509_V_FLAG_NO_CHECK_TIME
_WORDS = {
    9: "the TLS certificate is not valid yet",
    _EXPIRED: "the TLS certificate has expired",
    18: "the TLS certificate is self-signed: it must be from a public authority",
    19: "the TLS certificate is from an authority that is not a public one",
    20: "the TLS certificate is from an unknown authority, or an intermediate certificate is missing",
    21: "the TLS certificate cannot be verified: an intermediate certificate is missing",
    23: "the TLS certificate was revoked",
    62: "the TLS certificate is for another name",
    64: "the TLS certificate is for another address",
}


def tls_reason(error: BaseException) -> str:
    """The sentence for an error of the handshake."""
    certificate = getattr(error, "certificate_error", error)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return _WORDS.get(certificate.verify_code, f"the TLS certificate is refused: {certificate.verify_message}")
    return "TLS could not be agreed on: the port must speak TLS 1.2 or newer"


def is_expired(error: BaseException) -> bool:
    """Whether it failed because the certificate has expired."""
    return getattr(getattr(error, "certificate_error", error), "verify_code", None) == _EXPIRED


async def expiry_date(address: str, port: int, name: str, context: ssl.SSLContext) -> str | None:
    """The day on which the certificate expired, e.g. `2026-11-01`; asks for it in a handshake that ignores time.

    Python hands out a certificate only after it has verified it. None when this handshake fails as well.
    """
    timeless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    timeless.load_verify_locations(cadata=b"".join(context.get_ca_certs(binary_form=True)))
    timeless.verify_flags = ssl.VerifyFlags(timeless.verify_flags | _NO_CHECK_TIME)
    try:
        _, writer = await asyncio.open_connection(address, port, ssl=timeless, server_hostname=name)
    except (OSError, ValueError):
        return None
    writer.close()
    certificate = writer.get_extra_info("peercert")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC).date().isoformat()
