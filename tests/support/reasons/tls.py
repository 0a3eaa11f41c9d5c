"""Certificates that are refused, and handshakes that fail."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import aiohttp
import trustme

from herald.domain.clock import SECOND, now
from herald.webhook.tls import CertificateRefused
from herald.webhook.tls_failures import CODES
from herald.webhook.transport_errors import judge_failure
from herald.webhook.verdict import Judgement

_CODES = (9, 10, 18, 19, 20, 23, 26, 47, 62, 66, 67, 68, 1)  # OpenSSL's, of which each has a reason
_EXPIRED, _NOT_YET_VALID = 10, 9


def tls_judgements() -> Iterator[Judgement]:
    """The judgement on each of them."""
    for code in _CODES:
        yield _judged(_refused(code))
    moment = datetime.fromtimestamp(now() / SECOND, UTC)
    for code, begin in ((_EXPIRED, moment - timedelta(days=9)), (_NOT_YET_VALID, moment + timedelta(days=5))):
        certificate = trustme.CA().issue_cert("shop.example", not_before=begin, not_after=begin + timedelta(days=2))
        der = ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())
        yield _judged(CertificateRefused(_refused(code), [der]))
    messages = {code: message for message, code in CODES.items()}
    for message in (*messages.values(), "quite a new failure"):
        error = ssl.SSLError(1, f"[SSL] {message} (_ssl.c:1032)")
        error.reason = message.upper().replace(" ", "_")
        yield _judged(error)
    yield _judged(ssl.SSLEOFError(8, ""))


def _refused(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message, error.reason = code, "unspecified certificate error", "X"
    return error


def _judged(error: ssl.SSLError) -> Judgement:
    failure = aiohttp.ClientError()
    failure.__cause__ = error
    return judge_failure(failure, "shop.example", "203.0.113.7:443")
