"""The partner guide's four receivers give the same responses to one table of requests."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from itertools import combinations, count
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from herald.contract.signature import new_secret
from herald.domain.clock import MINUTE, SECOND, now
from tests.support.docs.guide_blocks import program
from tests.support.docs.guide_receiver import LANGUAGES, GuideReceiver, installed, receiving, running
from tests.support.docs.guide_requests import CASES, USED, Case, redeemed
from tests.support.factories import SECRET
from tools.local_engine.engine import free_port

type Headers = dict[str, bytes]
type Response = tuple[int, bytes, str]  # status, body, media type

SUCCESS: Response = (200, b"success", "text/plain")
UNREADABLE: Response = (400, b"the notification cannot be read", "text/plain")
REFUSED: Response = (401, b"wrong signature, or not within 5 minutes", "text/plain")
EXPECTED = {response[0]: response for response in (SUCCESS, UNREADABLE, REFUSED)}
_number = count(1)


@pytest.fixture(scope="module", params=LANGUAGES)
def receiver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuideReceiver]:
    """One receiver for all tests of this module, with the secret `SECRET`."""
    with receiving(request.param, SECRET, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def order() -> str:
    """An order number that no other test uses."""
    return f"order{next(_number)}"


def post(receiver: GuideReceiver, headers: Headers, body: bytes) -> Response:
    """Its response to this POST."""
    parts = urlsplit(receiver.url)
    with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=30)) as connection:
        connection.request("POST", "/notify", body, headers)
        response = connection.getresponse()
        return response.status, response.read(), response.headers.get_content_type()


def signature(message_id: bytes, timestamp: bytes, body: bytes, secret: str = SECRET) -> bytes:
    """The signature of `id.timestamp.body`, whatever id and timestamp are."""
    key = b64decode(secret.removeprefix("whsec_"))
    return b"v1," + b64encode(hmac.digest(key, b".".join((message_id, timestamp, body)), "sha256"))


def headers_of(message_id: bytes, timestamp: bytes, body: bytes, *secrets: str) -> Headers:
    """The headers of a message that these secrets sign (`SECRET` without any)."""
    signatures = [signature(message_id, timestamp, body, secret) for secret in secrets or (SECRET,)]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": b" ".join(signatures)}


def seconds(shift: float = 0) -> bytes:
    """The moment so many minutes from now, in the form of `webhook-timestamp`."""
    return str((now() + int(shift * MINUTE)) // SECOND).encode()


def a_message(order: str, quantity: int = 1) -> tuple[bytes, bytes, bytes]:
    """Id, timestamp and body of a notification of this order."""
    body = redeemed(f'"usedQuantity":{quantity}').replace("ORDER", order).encode()
    return f"3528_{order}_0".encode(), seconds(), body


def processed_by(receiver: GuideReceiver, order: str) -> list[str]:
    """The lines that it printed of this order."""
    return [
        line.removeprefix(order).strip() for line in receiver.processed() if line.startswith((f"{order} ", f'{order}"'))
    ]


# ── What it reads ──


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_genuine_body_is_read_as_json(receiver: GuideReceiver, case: Case, order: str) -> None:
    for number, body in enumerate(case.bodies):
        content = (body.encode() if isinstance(body, str) else body).replace(b"ORDER", order.encode())
        headers = headers_of(f"3528_{order}_{number}".encode(), seconds(), content)
        assert post(receiver, headers, content) == EXPECTED[case.status]
    assert processed_by(receiver, order) == list(case.processed)


def test_unreadable_one_is_not_recorded_as_processed(receiver: GuideReceiver, order: str) -> None:
    message_id, sent_at, body = a_message(order)
    assert post(receiver, headers_of(message_id, sent_at, b"{}"), b"{}") == UNREADABLE
    assert post(receiver, headers_of(message_id, sent_at, body), body) == SUCCESS
    assert processed_by(receiver, order) == ["usedQuantity 1"]


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":'])
def test_receiver_survives_deep_nesting(receiver: GuideReceiver, opening: str, order: str) -> None:
    deep = opening.encode() * (60_000 // len(opening))
    assert post(receiver, headers_of(b"deep", seconds(), deep), deep) == UNREADABLE
    message = a_message(order)
    assert post(receiver, headers_of(*message), message[2]) == SUCCESS


def test_repetition_is_acknowledged_and_processed_once(receiver: GuideReceiver, order: str) -> None:
    message_id, _, body = a_message(order)
    for minutes in (-4, 0, 0, 4):  # each attempt is signed anew
        assert post(receiver, headers_of(message_id, seconds(minutes), body), body) == SUCCESS
    assert processed_by(receiver, order) == ["usedQuantity 1"]


def test_late_older_notification_changes_nothing(receiver: GuideReceiver, order: str) -> None:
    for number, quantity in enumerate((3, 1, 2, 3, 11)):
        _, sent_at, body = a_message(order, quantity)
        assert post(receiver, headers_of(f"{order}_{number}".encode(), sent_at, body), body) == SUCCESS
    assert processed_by(receiver, order) == [f"usedQuantity {largest}" for largest in (3, 3, 3, 3, 11)]


# ── What it refuses ──


def test_one_right_signature_of_two_is_enough(receiver: GuideReceiver, order: str) -> None:
    for number, secrets in enumerate([(SECRET, new_secret()), (new_secret(), SECRET)]):
        _, sent_at, body = a_message(order)
        assert post(receiver, headers_of(f"{order}_{number}".encode(), sent_at, body, *secrets), body) == SUCCESS
    message = a_message(order)
    assert post(receiver, headers_of(*message, new_secret(), new_secret()), message[2]) == REFUSED


@pytest.mark.parametrize(("minutes", "response"), [(-6, REFUSED), (6, REFUSED), (-4.5, SUCCESS), (4.5, SUCCESS)])
def test_clock_may_differ_by_five_minutes(
    receiver: GuideReceiver, minutes: float, response: Response, order: str
) -> None:
    message_id, _, body = a_message(order)
    assert post(receiver, headers_of(message_id, seconds(minutes), body), body) == response


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("value", [None, b"", b"0", b"v1,", b"v1", b",", b".", "²".encode(), b"\xe9", b"9" * 5000])
def test_missing_or_wrong_header_is_refused(
    receiver: GuideReceiver, name: str, value: bytes | None, order: str
) -> None:
    message = a_message(order)
    headers = headers_of(*message) | ({} if value is None else {name: value})
    if value is None:
        del headers[name]
    assert post(receiver, headers, message[2]) == REFUSED
    assert processed_by(receiver, order) == []


@pytest.mark.parametrize("form", [b"%s.0", b"%s.", b"+%s", b"-%s", b"%se0", b"%s x", b"0x%x", b"%s\xc2\xb2", b"%s,%s"])
def test_signed_timestamp_must_be_digits(receiver: GuideReceiver, form: bytes, order: str) -> None:
    message_id, sent_at, body = a_message(order)
    odd = form % int(sent_at) if b"%x" in form else form.replace(b"%s", sent_at)
    assert post(receiver, headers_of(message_id, odd, body), body) == REFUSED
    assert processed_by(receiver, order) == []


@pytest.mark.parametrize("form", [b"%s.", b".%s", b"a.%s", b"%s.1795406706", b"."])
def test_signed_id_must_have_no_full_stop(receiver: GuideReceiver, form: bytes, order: str) -> None:
    message_id, sent_at, body = a_message(order)
    odd = form.replace(b"%s", message_id)
    assert post(receiver, headers_of(odd, sent_at, body), body) == REFUSED
    assert processed_by(receiver, order) == []


def test_signature_is_valid_for_one_message_only(receiver: GuideReceiver, order: str) -> None:
    """Tries each way to split the signed text into id, timestamp and body; only the genuine one is accepted."""
    message_id, sent_at, _ = a_message(order)
    inner = redeemed(USED).replace("ORDER", order)
    body = f'{{"describe":".{seconds().decode()}.{inner}.5.","method":"testNotify"}}'.encode()
    genuine = headers_of(message_id, sent_at, body)
    whole = b".".join((message_id, sent_at, body))
    stops = [place for place, character in enumerate(whole) if character == ord(".")]
    responses = {}
    for first, second in combinations(stops, 2):
        cut = whole[:first], whole[first + 1 : second], whole[second + 1 :]
        headers = {**genuine, "webhook-id": cut[0], "webhook-timestamp": cut[1]}
        responses[cut] = post(receiver, headers, cut[2])
    assert len(responses) == 15
    assert {cut for cut, response in responses.items() if response != REFUSED} == {(message_id, sent_at, body)}
    assert processed_by(receiver, order) == []


# ── As the guide says to start it ──


def test_java_starts_from_the_source_file(tmp_path: Path) -> None:
    source, port = tmp_path / "Receiver.java", free_port(0)
    source.write_text(program("java"), encoding="utf-8")
    with running([installed("java"), "Receiver.java"], port, SECRET, tmp_path):
        message = a_message("order0")
        here = GuideReceiver(f"http://127.0.0.1:{port}/", tmp_path / "output")
        assert post(here, headers_of(*message), message[2]) == SUCCESS
        assert processed_by(here, "order0") == ["usedQuantity 1"]
