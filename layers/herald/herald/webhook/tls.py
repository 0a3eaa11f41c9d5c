"""TLS to a partner: the requirements, and failures as reasons for the partner."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, override

from herald.domain.clock import SECOND, now
from herald.languages.reason import Reason
from herald.languages.shown import shown
from herald.webhook.tls_failures import LONGEST_MESSAGE, tls_failure_reason

# OpenSSL's verification results (x509_vfy.h), the values of `SSLCertVerificationError.verify_code`.
_NOT_YET_VALID, _EXPIRED, _SELF_SIGNED, _SELF_SIGNED_ROOT, _NO_ISSUER, _NO_LEAF_ISSUER = 9, 10, 18, 19, 20, 21
_REVOKED, _WRONG_PURPOSE, _NOT_PERMITTED, _WRONG_NAME, _WRONG_ADDRESS = 23, 26, 47, 62, 64
_SMALL_KEY, _SMALL_ISSUER_KEY, _WEAK_DIGEST = 66, 67, 68

_REFUSALS: Final = {
    _SELF_SIGNED: "tls.self_signed",
    _SELF_SIGNED_ROOT: "tls.private_authority",
    _NO_ISSUER: "tls.unknown_issuer",
    _NO_LEAF_ISSUER: "tls.unknown_issuer",
    _REVOKED: "tls.revoked",
    _WRONG_PURPOSE: "tls.wrong_purpose",
    _NOT_PERMITTED: "tls.not_permitted",
    _SMALL_KEY: "tls.small_key",
    _SMALL_ISSUER_KEY: "tls.small_authority_key",
    _WEAK_DIGEST: "tls.weak_digest",
}


class CertificateRefused(ssl.SSLCertVerificationError):
    """A verification error with the certificate chain (DER, the server's own certificate first)."""

    def __init__(self, error: ssl.SSLCertVerificationError, chain: list[bytes]) -> None:
        super().__init__(*error.args)
        self.verify_code = error.verify_code
        self.verify_message = error.verify_message
        self.reason = error.reason
        self.chain = chain


class _Handshake(ssl.SSLObject):
    """Keeps the certificates of a failed handshake, which are not available later, for their dates."""

    @override
    def do_handshake(self) -> None:
        try:
            super().do_handshake()
        except ssl.SSLCertVerificationError as error:
            raise CertificateRefused(error, self.get_unverified_chain()) from error


def client_context(context: ssl.SSLContext | None = None) -> ssl.SSLContext:
    """The given context, or one with TLS 1.2 and later and the system's authorities (Python's defaults).

    Either is changed so that a failed verification has the certificates (`CertificateRefused`).
    """
    context = context or _default_context()
    context.sslobject_class = _Handshake
    return context


def _default_context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    # Since Python 3.13 the default refuses certificates below a root without a subject key identifier. TWCA's root has
    # none, Taiwanese sites use it, and browsers accept it. The flag is about a certificate's form, not about trust.
    context.verify_flags &= ~ssl.VerifyFlags.VERIFY_X509_STRICT
    return context


def tls_reason(error: BaseException | None, host: str) -> Reason:
    """Why the TLS connection failed: by the certificate, or in the handshake."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return tls_failure_reason(error, host)
    if error.verify_code in {_WRONG_NAME, _WRONG_ADDRESS}:
        return Reason("tls.wrong_name", {"host": host})
    if error.verify_code in {_EXPIRED, _NOT_YET_VALID}:
        return _date_reason(error)
    if error.verify_code in _REFUSALS:
        return Reason(_REFUSALS[error.verify_code])
    return Reason("tls.refused", {"said": shown(str(error.verify_message), LONGEST_MESSAGE)})


def _date_reason(error: ssl.SSLCertVerificationError) -> Reason:
    chain = error.chain if isinstance(error, CertificateRefused) else []
    periods = [period for der in chain if (period := validity(der)) is not None]
    moment = datetime.fromtimestamp(now() / SECOND, UTC)
    if error.verify_code == _EXPIRED:
        ends = [until for _, until in periods if until < moment]
        return Reason("tls.expired", {"date": f"{min(ends):%Y-%m-%d}"}) if ends else Reason("tls.expired_some_day")
    begins = [since for since, _ in periods if since > moment]
    if not begins:
        return Reason("tls.not_yet_valid_some_day")
    return Reason("tls.not_yet_valid", {"date": f"{max(begins):%Y-%m-%d}"})


def validity(der: bytes) -> tuple[datetime, datetime] | None:
    """The begin and the end of a certificate's validity (RFC 5280, section 4.1); None when it cannot be parsed.

    The standard library parses only certificates that were verified, and another library only for this would be large.
    """
    try:
        body = next(_elements(next(_elements(der))[1]))[1]
        fields = [content for tag, content in _elements(body) if tag != _VERSION]
        since, until = (_moment(tag, content) for tag, content in _elements(fields[3]))
    except (StopIteration, IndexError, ValueError):
        return None
    return since, until


_VERSION, _UTC_TIME, _LONG_FORM = 0xA0, 0x17, 0x80


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """The (tag, content) pairs of consecutive DER elements."""
    while der:
        tag, length, start = der[0], der[1], 2
        if length >= _LONG_FORM:
            start += length - _LONG_FORM
            length = int.from_bytes(der[2:start])
        yield tag, der[start : start + length]
        der = der[start + length :]


def _moment(tag: int, content: bytes) -> datetime:
    text = content.decode("ascii")
    century = ("19" if text >= "50" else "20") if tag == _UTC_TIME else ""
    return datetime.strptime(century + text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
