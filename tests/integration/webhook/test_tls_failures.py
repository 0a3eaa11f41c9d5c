"""The reason of a failed TLS handshake has a remedy for the partner, also for a silent server."""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from herald.domain.attempt import Outcome, Verdict
from herald.webhook.client import WebhookClient
from tests.integration.webhook.test_client_tls import CA, NAME, blurting, client, post, serving, trusting
from tests.support.http.misbehaving_servers import Conversation, mute, talking

pytestmark = pytest.mark.asyncio

CLIENT_CERTIFICATE = "the server wants a client certificate, and Herald has none: switch that off for this address"
NOT_UNDERSTOOD = "the server and Herald did not understand each other: update the server's TLS library"
NO_TLS = "the server does not speak TLS at this port: it may be one for plain HTTP"
SILENT = (
    "the server broke it off without saying why: it must speak TLS 1.2 or 1.3 and HTTP/1.1, have a certificate for "
    "partner.example, and let Herald pass its firewall"
)


@pytest_asyncio.fixture
async def herald() -> AsyncIterator[WebhookClient]:
    async with client(trusting(CA)) as made:
        yield made


async def reason_from(herald: WebhookClient, conversation: Conversation) -> str:
    async with talking(conversation) as server:
        return failed_handshake(await post(herald, server.port))


async def reason_with(herald: WebhookClient, tls: ssl.SSLContext) -> str:
    with mute(tls) as server:
        return failed_handshake(await post(herald, server.port))


def failed_handshake(outcome: Outcome) -> str:
    assert outcome.verdict is Verdict.TLS
    assert str(outcome.reason).startswith("TLS handshake failed: ")
    return str(outcome.reason).removeprefix("TLS handshake failed: ")


def refusing(alert: int, level: int = 2) -> Conversation:
    """A server that answers the ClientHello with an alert."""
    return blurting(bytes((21, 3, 3, 0, 2, level, alert)))


@pytest.mark.parametrize(
    ("alert", "reason"),
    [
        (10, NOT_UNDERSTOOD),
        (20, NOT_UNDERSTOOD),
        (22, NOT_UNDERSTOOD),
        (40, "the server found no cipher in common, or wants a client certificate: switch on suites with ECDHE"),
        *((alert, CLIENT_CERTIFICATE) for alert in (41, 42, 43, 44, 45, 46, 48, 49, 116)),
        (47, NOT_UNDERSTOOD),
        (50, NOT_UNDERSTOOD),
        (51, NOT_UNDERSTOOD),
        (70, "the server speaks only versions older than TLS 1.2: switch on TLS 1.2 or 1.3"),
        (71, "the server and Herald have no sufficiently strong cipher in common: switch on ECDHE with AES-GCM"),
        (80, "the server failed in itself: its log should say why"),
        (86, NOT_UNDERSTOOD),
        (109, NOT_UNDERSTOOD),
        (110, NOT_UNDERSTOOD),
        (112, "the server does not know this host name: configure it there, with its certificate"),
        (120, "the server speaks HTTP/2 only: switch on HTTP/1.1 too (`http/1.1` in ALPN)"),
    ],
)
async def test_an_alert_says_what_to_change(herald: WebhookClient, alert: int, reason: str) -> None:
    assert (await reason_from(herald, refusing(alert))).startswith(reason)


async def test_every_alert_has_words(herald: WebhookClient) -> None:
    for alert in range(0, 256, 3):
        assert len(await reason_from(herald, refusing(alert))) > 5


async def test_reason_ends_with_openssls_message(herald: WebhookClient) -> None:
    assert (await reason_from(herald, refusing(42))).endswith(" alert bad certificate`)")
    assert (await reason_from(herald, refusing(120))).endswith(" alert no application protocol`)")


@pytest.mark.parametrize("last_bytes", [b"", bytes((21, 3, 3, 0, 2, 1, 0)), b"\x16\x03\x03"])
async def test_closed_handshake_lists_all_causes(herald: WebhookClient, last_bytes: bytes) -> None:
    assert await reason_from(herald, blurting(last_bytes)) == SILENT


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"<html>The plain HTTP request was sent to HTTPS port</html>",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"220 mail.example ESMTP\r\n",
        b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    ],
)
async def test_other_protocol_than_tls_is_named(herald: WebhookClient, sent: bytes) -> None:
    assert (await reason_from(herald, blurting(sent))).startswith(NO_TLS)


def server_hello(version: bytes, suite: bytes, extensions: bytes = b"") -> bytes:
    tail = len(extensions).to_bytes(2) + extensions if extensions else b""
    content = version + bytes(32) + b"\x00" + suite + b"\x00" + tail
    message = b"\x02" + len(content).to_bytes(3) + content
    return b"\x16\x03\x03" + len(message).to_bytes(2) + message


ECDHE_ECDSA_AES128_GCM, RSA_RC4_MD5 = b"\xc0\x2b", b"\x00\x04"
RENEGOTIATION_INFO = b"\xff\x01\x00\x01\x00"


@pytest.mark.parametrize(
    ("hello", "reason"),
    [
        (
            server_hello(b"\x03\x03", ECDHE_ECDSA_AES128_GCM),
            "the server does not know secure renegotiation (RFC 5746): update its TLS library or its load balancer",
        ),
        (
            server_hello(b"\x03\x01", ECDHE_ECDSA_AES128_GCM, RENEGOTIATION_INFO),
            "the server speaks only versions older than TLS 1.2: switch on TLS 1.2 or 1.3",
        ),
        (
            server_hello(b"\x03\x00", ECDHE_ECDSA_AES128_GCM, RENEGOTIATION_INFO),
            "the server speaks only versions older than TLS 1.2: switch on TLS 1.2 or 1.3",
        ),
        (
            server_hello(b"\x03\x03", RSA_RC4_MD5, RENEGOTIATION_INFO),
            "the server and Herald have no sufficiently strong cipher in common",
        ),
        (b"\x16\x03\x03\x00\x04\x02\x00\x00\x00", NOT_UNDERSTOOD),
        (
            server_hello(b"\x03\x03", ECDHE_ECDSA_AES128_GCM, RENEGOTIATION_INFO + b"\x00\x10\x00\x05\x00\x03\x02h2"),
            NOT_UNDERSTOOD,
        ),
    ],
)
async def test_refused_client_hello_has_a_remedy(herald: WebhookClient, hello: bytes, reason: str) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(hello)
        await writer.drain()
        await reader.read()  # the client's alert, and the end of the connection

    assert (await reason_from(herald, converse)).startswith(reason)


def with_rsa(ciphers: str) -> ssl.SSLContext:
    tls = serving(CA.issue_cert(NAME, key_type=trustme.KeyType.RSA))
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    tls.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    return tls


async def test_missing_cipher_has_a_remedy(herald: WebhookClient) -> None:
    assert "switch on suites with ECDHE and AES-GCM" in await reason_with(herald, with_rsa("AES128-SHA"))


async def test_weak_key_exchange_has_a_remedy(herald: WebhookClient, tmp_path: Path) -> None:
    prime = rsa.generate_private_key(public_exponent=65_537, key_size=2_048).private_numbers().p  # of 1,024 bits
    der = b"\x30\x81\x87\x02\x81\x81\x00" + prime.to_bytes(128) + b"\x02\x01\x02"  # PKCS #3: the prime, the base 2
    pem = f"-----BEGIN DH PARAMETERS-----\n{b64encode(der).decode()}\n-----END DH PARAMETERS-----\n"
    (tmp_path / "dh.pem").write_text(pem, encoding="ascii")
    tls = with_rsa("DHE-RSA-AES128-GCM-SHA256")
    tls.load_dh_params(str(tmp_path / "dh.pem"))
    assert (await reason_with(herald, tls)).startswith("the server's key exchange is too weak: use ECDHE")


async def test_unknown_curve_has_a_remedy(herald: WebhookClient) -> None:
    tls = serving(CA.issue_cert(NAME))
    tls.set_ecdh_curve("secp224r1")
    tls.maximum_version = ssl.TLSVersion.TLSv1_2
    assert "in common" in await reason_with(herald, tls)


SETTINGS = b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00\x03\x00\x00\x00\x64" * 3
GOAWAY = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(7) + b"\x01"


@pytest.mark.parametrize("frames", [SETTINGS, GOAWAY, SETTINGS + GOAWAY, b"\x00\x00\x00" + SETTINGS[3:9] + GOAWAY])
@pytest.mark.parametrize("unasked", [False, True])
@pytest.mark.parametrize("encrypted", [False, True])
async def test_http2_only_server_is_named(
    herald: WebhookClient, frames: bytes, *, unasked: bool, encrypted: bool
) -> None:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not unasked:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(frames)
        await writer.drain()
        await reader.read(1)

    tls = serving(CA.issue_cert(NAME)) if encrypted else None
    if tls is not None:
        tls.set_alpn_protocols(["h2"])
    async with talking(converse, tls) as server:
        outcome = await herald.post(f"http{'s' if encrypted else ''}://{NAME}:{server.port}/", b"{}", {})
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.BROKEN_ANSWER,
        "the server speaks HTTP/2 only: switch on HTTP/1.1 too",
    )


def signed_by_ca(folder: Path, key: rsa.RSAPrivateKey, usage: x509.ObjectIdentifier) -> ssl.SSLContext:
    """A certificate that trustme cannot make, issued by its authority."""
    authority = x509.load_pem_x509_certificate(CA.cert_pem.bytes())
    signer = load_pem_private_key(CA.private_key_pem.bytes(), None)
    assert isinstance(signer, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey))
    day = timedelta(days=1)
    builder = x509.CertificateBuilder(
        authority.subject,
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]),
        key.public_key(),
        x509.random_serial_number(),
        datetime.now(UTC) - day,
        datetime.now(UTC) + day,
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    pem = folder / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.set_ciphers("ALL:@SECLEVEL=0")
    tls.load_cert_chain(pem)
    return tls


@pytest.mark.parametrize(
    ("bits", "usage", "reason"),
    [
        (1024, ExtendedKeyUsageOID.SERVER_AUTH, "has too small a key: it must have RSA of at least"),
        (2048, ExtendedKeyUsageOID.CLIENT_AUTH, "is not one for servers: it must be issued for"),
    ],
)
async def test_unfit_certificate_has_a_remedy(
    herald: WebhookClient,
    tmp_path: Path,
    bits: int,
    usage: x509.ObjectIdentifier,
    reason: str,
) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=bits)
    with mute(signed_by_ca(tmp_path, key, usage)) as server:
        outcome = await post(herald, server.port)
    assert outcome.verdict is Verdict.TLS
    assert str(outcome.reason).startswith(f"TLS certificate {reason}")
