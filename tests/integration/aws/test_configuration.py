"""What our clients take from the environment and from botocore, and when boto3 sends the requests itself."""

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import trustme
from botocore.client import BaseClient
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ClientError, NoCredentialsError

from herald.aws.client import Client, new_client
from tests.integration.aws.conftest import CONFIG, OPERATIONS, by_boto3, by_us, outcome
from tests.support.aws.raw_server import Answer, RawServer, json_answer, raw_server

GET: dict[str, Any] = {"TableName": "PartnerTable", "Key": {"partner_id": {"N": "3528"}}}
FOUND = json_answer(200, b'{"Item":{"partner_id":{"N":"3528"}}}')


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RawServer]:
    with raw_server(FOUND) as started:
        monkeypatch.setenv("AWS_ENDPOINT_URL", started.url)
        yield started


def test_connections_are_kept(server: RawServer) -> None:
    client = by_us("dynamodb")
    for _ in range(3):
        client.get_item(**GET)
    assert (server.connections, len(server.requests)) == (1, 3)


def test_a_connection_that_the_server_closed_while_it_was_idle_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(json_answer(200, b"{}", then="close")) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        client = by_us("dynamodb")
        for _ in range(3):
            assert client.get_item(**GET)["ResponseMetadata"]["RetryAttempts"] == 0
            server.wait_until_closed()
    assert (server.connections, len(server.requests)) == (3, 3)


def test_after_a_kept_connection_has_failed_the_next_attempt_is_made_on_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once = replace(FOUND, after=Barrier(2))
    with raw_server(at_once, at_once, Answer(b"", "reset"), FOUND) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        client = by_us("dynamodb")
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda _: client.get_item(**GET), range(2)))
        assert client.get_item(**GET)["ResponseMetadata"]["RetryAttempts"] == 1
    assert (server.connections, len(server.requests)) == (3, 4)


def test_renewed_credentials_sign_the_next_request(server: RawServer) -> None:
    client, keys = by_us("dynamodb"), iter(["FIRST", "SECOND", "THIRD"])

    def renewed() -> dict[str, str]:
        soon = datetime.now(UTC) + timedelta(seconds=1)  # below the time at which botocore renews them in any case
        return {"access_key": next(keys), "secret_key": "s", "token": "t", "expiry_time": soon.isoformat()}

    client._request_signer._credentials = RefreshableCredentials.create_from_metadata(renewed(), renewed, "test")
    for _ in range(2):
        client.get_item(**GET)
    used = [request.partition(b"Credential=")[2].partition(b"/")[0] for request in server.requests]
    assert used == [b"SECOND", b"THIRD"]


def test_a_request_without_credentials_is_not_sent(monkeypatch: pytest.MonkeyPatch, server: RawServer) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(NoCredentialsError):
        by_us("dynamodb").get_item(**GET)
    assert server.requests == []


class TestTls:
    @pytest.fixture
    def authority(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
        """The one that AWS_CA_BUNDLE names."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        return authority

    def outcomes(self, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA, name: str) -> list[Any]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert(name).configure_cert(context)
        told = []
        for client in (by_us, by_boto3):
            with raw_server(FOUND, tls=context) as server:
                monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
                told.append(outcome(client("dynamodb"), "GetItem", GET))
        return told

    def test_a_certificate_of_the_bundle_is_trusted(
        self, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
    ) -> None:
        ours, theirs = self.outcomes(monkeypatch, authority, "127.0.0.1")
        assert ours == theirs
        assert ours["Item"] == {"partner_id": {"N": "3528"}}

    @pytest.mark.usefixtures("authority")
    def test_a_certificate_of_another_authority_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self.outcomes(monkeypatch, trustme.CA(), "127.0.0.1") == ["SSLError"] * 2

    def test_a_certificate_for_another_name_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
    ) -> None:
        assert self.outcomes(monkeypatch, authority, "example.com") == ["SSLError"] * 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("HTTPS_PROXY", "http://127.0.0.1:3128"), ("AWS_ENDPOINT_URL_DYNAMODB", "https://example.com/path")],
)
def test_boto3_sends_what_needs_more(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    client = new_client("dynamodb", CONFIG, OPERATIONS["dynamodb"])
    assert isinstance(client, BaseClient)


def test_other_operations_and_all_attributes_are_boto3s(server: RawServer) -> None:
    client = by_us("dynamodb")
    assert isinstance(client, Client)
    assert client.scan(TableName="PartnerTable")["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert issubclass(client.exceptions.ConditionalCheckFailedException, ClientError)
    assert len(server.requests) == 1
