"""OpenSSL's messages for a failed handshake, as reasons for the partner."""

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.webhook.tls import tls_reason


def of_openssl(words: str, reason: str | None = None) -> ssl.SSLError:
    """The error as Python raises it; `reason` is None when Python's table is older than OpenSSL."""
    error = ssl.SSLError(1, f"[SSL{f': {reason}' if reason else ''}] {words} (_ssl.c:1032)")
    error.reason = reason or ""
    return error


@pytest.mark.parametrize(
    "error",
    [
        of_openssl("ssl/tls alert bad certificate", "SSLV3_ALERT_BAD_CERTIFICATE"),
        of_openssl("sslv3 alert bad certificate", "SSLV3_ALERT_BAD_CERTIFICATE"),
        of_openssl("ssl/tls alert bad certificate"),
        of_openssl("sslv3 alert bad certificate"),
        of_openssl("tlsv13 alert certificate required"),
        of_openssl("tlsv1 alert unknown ca", "TLSV1_ALERT_UNKNOWN_CA"),
        of_openssl("tls alert access denied"),
    ],
)
def test_alert_reason_is_independent_of_openssl_version(error: ssl.SSLError) -> None:
    assert tls_reason(error, "p.example").code == "tls.client_certificate"


def test_unknown_failure_has_openssls_message() -> None:
    assert str(tls_reason(of_openssl("quite a new failure"), "p.example")).endswith("failed: quite a new failure")
    assert str(tls_reason(of_openssl("", "QUITE_A_NEW_FAILURE"), "p.example")).endswith(": quite a new failure")


@pytest.mark.parametrize("error", [None, ConnectionResetError(104, "reset"), ssl.SSLError(), ssl.SSLEOFError(8, "")])
def test_silent_failure_lists_likely_causes(error: OSError | None) -> None:
    assert "a certificate for p.example" in str(tls_reason(error, "p.example"))


@given(st.integers(), st.text(), st.none() | st.text())
def test_any_error_has_words(number: int, text: str, reason: str | None) -> None:
    error = ssl.SSLError(number, text)
    error.reason = reason or ""
    assert str(tls_reason(error, "p.example"))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (18, "is self-signed"),
        (19, "comes from a private certificate authority"),
        (20, "does not send its intermediate ones"),
        (21, "does not send its intermediate ones"),
        (23, "was revoked"),
        (26, "is not one for servers"),
        (47, "has a name that its certificate authority may not certify"),
        (62, "is for another name: it does not say p.example"),
        (66, "has too small a key"),
        (67, "comes from a certificate authority with too small a key"),
        (68, "is signed by a method that is no longer secure, such as SHA-1"),
        (1, "was refused: words of OpenSSL"),
    ],
)
def test_refused_certificate_has_the_requirement(code: int, words: str) -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, "words of OpenSSL"
    reason = str(tls_reason(error, "p.example"))
    assert reason.startswith("TLS certificate ")
    assert words in reason
