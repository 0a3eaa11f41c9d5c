"""The webhook client and certificates: which are trusted and refused, with which reason."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import pytest_asyncio
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from herald.domain.attempt import Outcome, Verdict
from herald.endpoint.special_addresses import IPAddress
from herald.webhook.client import WebhookClient
from herald.webhook.tls import client_context, validity
from tests.support.http.misbehaving_servers import SUCCESS, Conversation, answering, hang, mute, talking
from tests.support.http.webhook_client import ANSWERED_WITHIN, DEADLINE, SLACK

pytestmark = pytest.mark.asyncio

NAME = "partner.example"
CA = trustme.CA()


class Loopback:
    """A resolver that returns 127.0.0.1 for every name."""

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        try:
            return (ip_address(host),)
        except ValueError:
            return (ip_address("127.0.0.1"),)


def trusting(*authorities: trustme.CA) -> ssl.SSLContext:
    context = client_context()
    for authority in authorities:
        authority.configure_trust(context)
    return context


def client(context: ssl.SSLContext, deadline: float = ANSWERED_WITHIN) -> WebhookClient:
    return WebhookClient(
        deadline_seconds=deadline,
        user_agent="Herald/test",
        allow_private=True,
        ssl_context=context,
        resolver=Loopback(),
    )


@pytest_asyncio.fixture
async def herald() -> AsyncIterator[WebhookClient]:
    async with client(trusting(CA)) as made:
        yield made


@pytest_asyncio.fixture
async def with_short_deadline() -> AsyncIterator[WebhookClient]:
    async with client(trusting(CA), DEADLINE) as made:
        yield made


def serving(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


async def post(herald: WebhookClient, port: int, host: str = NAME) -> Outcome:
    return await herald.post(f"https://{host}:{port}/", b"{}", {})


async def outcome_with(herald: WebhookClient, tls: ssl.SSLContext, host: str = NAME) -> Outcome:
    async with answering(SUCCESS, tls) as server:
        outcome = await post(herald, server.port, host)
    if outcome.verdict is Verdict.TLS:
        assert server.asked == []  # an untrusted server gets no notification
        assert outcome.address == f"127.0.0.1:{server.port}"
    return outcome


async def test_certificate_for_the_name_is_trusted(herald: WebhookClient) -> None:
    assert (await outcome_with(herald, serving(CA.issue_cert(NAME)))).delivered


@pytest.mark.parametrize("host", ["PARTNER.example.", "127.0.0.1", "例え.jp"])
async def test_name_is_checked_in_ascii_form(herald: WebhookClient, host: str) -> None:
    certificate = CA.issue_cert("partner.example", "127.0.0.1", "xn--r8jz45g.jp")
    assert (await outcome_with(herald, serving(certificate), host)).delivered


async def test_expired_certificate_is_refused_with_date(herald: WebhookClient) -> None:
    tls = serving(CA.issue_cert(NAME, not_after=datetime(2020, 1, 31, tzinfo=UTC)))
    outcome = await outcome_with(herald, tls)
    assert (outcome.verdict, str(outcome.reason)) == (Verdict.TLS, "TLS certificate expired on 31 January 2020")


async def test_future_certificate_is_refused_with_date(herald: WebhookClient) -> None:
    begin = datetime.now(UTC) + timedelta(days=2)
    tls = serving(CA.issue_cert(NAME, not_before=begin, not_after=begin + timedelta(days=9)))
    outcome = await outcome_with(herald, tls)
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.TLS,
        f"TLS certificate is valid only from {begin:%-d %B %Y}",
    )


async def test_a_certificate_for_another_name_is_refused(herald: WebhookClient) -> None:
    outcome = await outcome_with(herald, serving(CA.issue_cert("other.example")))
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.TLS,
        "TLS certificate is for another name: it does not say partner.example",
    )


async def test_certificate_for_the_name_is_not_for_its_address(herald: WebhookClient) -> None:
    outcome = await outcome_with(herald, serving(CA.issue_cert(NAME)), "127.0.0.1")
    assert str(outcome.reason) == "TLS certificate is for another name: it does not say 127.0.0.1"


async def test_an_unknown_issuer_is_refused(herald: WebhookClient) -> None:
    outcome = await outcome_with(herald, serving(trustme.CA().issue_cert(NAME)))
    assert outcome.verdict is Verdict.TLS
    assert str(outcome.reason).startswith("TLS certificate was issued by nobody whom Herald trusts")


async def test_missing_intermediate_certificate_is_named(herald: WebhookClient, tmp_path: Path) -> None:
    certificate = CA.create_child_ca().issue_cert(NAME)
    leaf, key = tmp_path / "leaf.pem", tmp_path / "key.pem"
    certificate.cert_chain_pems[0].write_to_path(str(leaf))
    certificate.private_key_pem.write_to_path(str(key))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(leaf, key)
    assert "does not send its intermediate ones" in str((await outcome_with(herald, tls)).reason)
    assert (await outcome_with(herald, serving(certificate))).delivered


def own_certificate(folder: Path, *, issuer_without_key_id: bool) -> tuple[ssl.SSLContext, str]:
    """A certificate that trustme does not make: signed by itself, or by a root without subject key identifier."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A root of the old kind")])
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)

    def certificate(subject: x509.Name, issuer: x509.Name) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))

    root = certificate(root_name, root_name).public_key(root_key.public_key())
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    leaf = certificate(own_name, root_name if issuer_without_key_id else own_name).public_key(key.public_key())
    leaf = leaf.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    signed = leaf.sign(root_key if issuer_without_key_id else key, hashes.SHA256())
    pem = folder / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + signed.public_bytes(Encoding.PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(pem)
    return tls, root.sign(root_key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


async def test_a_self_signed_certificate_is_refused(herald: WebhookClient, tmp_path: Path) -> None:
    tls, _ = own_certificate(tmp_path, issuer_without_key_id=False)
    outcome = await outcome_with(herald, tls)
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.TLS,
        "TLS certificate is self-signed: it must come from a public certificate authority",
    )


async def test_root_without_key_identifier_is_trusted(tmp_path: Path) -> None:
    tls, root = own_certificate(tmp_path, issuer_without_key_id=True)
    context = client_context()
    context.load_verify_locations(cadata=root)
    async with client(context) as herald:
        assert (await outcome_with(herald, tls)).delivered


async def test_plain_http_at_the_port_is_named(herald: WebhookClient) -> None:
    async with talking(blurting(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.TLS,
        (
            "TLS handshake failed: the server does not speak TLS at this port: it may be one for plain HTTP "
            "(`wrong version number`)"
        ),
    )


def blurting(words: bytes) -> Conversation:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(words)
        await writer.drain()

    return converse


async def test_closed_handshake_is_a_tls_failure(herald: WebhookClient) -> None:
    async with talking(blurting(b"")) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.TLS,
        (
            "TLS handshake failed: the server broke it off without saying why: it must speak TLS 1.2 or 1.3 and "
            "HTTP/1.1, have a certificate for partner.example, and let Herald pass its firewall"
        ),
    )


async def test_a_handshake_that_hangs_ends_at_the_deadline(with_short_deadline: WebhookClient) -> None:
    async with talking(hang) as server:
        outcome = await post(with_short_deadline, server.port)
        async with asyncio.timeout(ANSWERED_WITHIN):
            await server.left.wait()  # the incomplete connection is closed as well
    assert outcome.verdict is Verdict.TIMEOUT
    assert (
        str(outcome.reason) == f"no answer within 0.5 s: 127.0.0.1:{server.port} could not be connected to in that time"
    )
    assert DEADLINE * 1_000 - 10 <= outcome.duration_ms <= (DEADLINE + SLACK) * 1_000


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_an_old_version_of_tls_is_refused(herald: WebhookClient) -> None:
    tls = serving(CA.issue_cert(NAME))
    tls.set_ciphers("ALL:@SECLEVEL=0")
    tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1_1
    with mute(tls) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, str(outcome.reason)) == (
        Verdict.TLS,
        (
            "TLS handshake failed: the server speaks only versions older than TLS 1.2: switch on TLS 1.2 or 1.3 "
            "(`tlsv1 alert protocol version`)"
        ),
    )


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_client_certificate_request_is_a_tls_failure(herald: WebhookClient, version: ssl.TLSVersion) -> None:
    tls = serving(CA.issue_cert(NAME))
    tls.minimum_version = tls.maximum_version = version
    tls.verify_mode = ssl.CERT_REQUIRED
    CA.configure_trust(tls)
    with mute(tls) as server:
        outcome = await post(herald, server.port)
    assert (outcome.verdict, outcome.address) == (Verdict.TLS, f"127.0.0.1:{server.port}")
    assert "client certificate" in str(outcome.reason)


async def test_two_names_at_one_address_use_two_certificates(herald: WebhookClient) -> None:
    contexts = {name: serving(CA.issue_cert(name)) for name in ("a.example", "b.example")}
    asked_for: list[str | None] = []

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> None:
        asked_for.append(name)
        connection.context = contexts[name or ""]

    tls = serving(CA.issue_cert("neither.example"))
    tls.sni_callback = choose
    async with answering(SUCCESS, tls) as server:
        outcomes = [await post(herald, server.port, name) for name in ("a.example", "b.example", "a.example")]
    assert [outcome.delivered for outcome in outcomes] == [True, True, True]
    assert asked_for == ["a.example", "b.example"]  # the third request used the first one's connection
    assert [asked.header("Host").split(":")[0] for asked in server.asked] == ["a.example", "b.example", "a.example"]


async def test_stalled_tls_is_closed_without_close_notify(with_short_deadline: WebhookClient) -> None:
    with mute(serving(CA.issue_cert(NAME))) as server:
        outcome = await post(with_short_deadline, server.port)
        assert await asyncio.to_thread(server.gone.wait, ANSWERED_WITHIN)
    assert (outcome.verdict, str(outcome.reason)) == (Verdict.TIMEOUT, "no answer within 0.5 s")


async def test_unkept_tls_is_closed_without_close_notify(herald: WebhookClient) -> None:
    answer = SUCCESS.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with mute(serving(CA.issue_cert(NAME)), answer) as server:
        assert (await post(herald, server.port)).delivered
        assert await asyncio.to_thread(server.gone.wait, ANSWERED_WITHIN)


async def test_versions_before_tls_1_2_are_not_even_offered() -> None:
    assert client_context().minimum_version >= ssl.TLSVersion.TLSv1_2


async def test_wrong_certificate_gets_no_body(herald: WebhookClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(ANSWERED_WITHIN)
        task = asyncio.create_task(post(herald, listening.getsockname()[1]))
        connection, _ = await asyncio.to_thread(listening.accept)
        with connection:
            assert (await asyncio.to_thread(connection.recv, 4096))[:1] == b"\x16"  # a TLS ClientHello, no HTTP
        await task


@pytest.mark.parametrize("year", [1951, 2020, 2049, 2050, 9999])
async def test_certificate_dates_are_parsed_from_der(year: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    since, until = datetime(1951, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, since, until)
    assert validity(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)) == (since, until)


@pytest.mark.parametrize("der", [b"", b"\x30", b"\x30\x82", b"0\x03abc", bytes(100), b"\xff" * 100])
async def test_bytes_that_are_no_certificate_have_no_dates(der: bytes) -> None:
    assert validity(der) is None
