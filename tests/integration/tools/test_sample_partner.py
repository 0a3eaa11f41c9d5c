"""The sample partner over real sockets: the tests of a delivery can be no better than it."""

import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
import trustme
from standardwebhooks.webhooks import Webhook

from tools.sample_partner import CannedResponse, SamplePartners, Signature, interval, plain

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"code":10000, "describe":"執行成功"}'.encode()


@pytest.fixture
def partners() -> Iterator[SamplePartners]:
    with SamplePartners() as server:
        yield server


def post(url: str, body: bytes = BODY, headers: dict[str, str] | None = None) -> requests.Response:
    return requests.post(url, data=body, headers=headers, timeout=5, allow_redirects=False)


def test_a_partner_that_was_told_nothing_acknowledges(partners: SamplePartners) -> None:
    answer = post(partners.url("lakeside"))
    assert (answer.status_code, answer.content) == (200, b"success")


def test_the_record_has_the_bytes_the_headers_and_the_moment(partners: SamplePartners) -> None:
    before = time.time_ns() // 1_000_000
    post(partners.url("lakeside"), headers={"Herald-Round": "2"})
    [received] = partners.wait_for("lakeside", 1, timeout=10, answered=True)  # noted a moment after the answer is out
    assert received.body == BODY
    assert received.headers["herald-round"] == "2"
    assert (received.method, received.path, received.number) == ("POST", "/p/lakeside", 1)
    assert before <= received.at <= (received.answered_at or 0) <= time.time_ns() // 1_000_000


def test_each_partner_follows_its_own_script(partners: SamplePartners) -> None:
    partners.configure("lakeside", "refuse twice then success")
    partners.configure("hilltop", [plain(503, b"", {"Retry-After": "7"})])
    assert [post(partners.url("lakeside")).status_code for _ in range(3)] == [500, 500, 200]
    assert post(partners.url("hilltop")).headers["Retry-After"] == "7"


def test_a_new_script_begins_at_its_first_step_and_the_record_goes_on(partners: SamplePartners) -> None:
    post(partners.url("lakeside"))
    partners.configure("lakeside", "418 once then success")
    assert [post(partners.url("lakeside")).status_code for _ in range(2)] == [418, 200]
    assert [one.number for one in partners.received("lakeside")] == [1, 2, 3]


def test_waiting_for_a_request_ends_when_it_comes(partners: SamplePartners) -> None:
    late = threading.Timer(0.2, post, [partners.url("lakeside")])
    late.start()
    [received] = partners.wait_for("lakeside", 1, timeout=5, answered=True)
    late.join()
    assert received.answered_at is not None


def test_waiting_in_vain_tells_how_many_came(partners: SamplePartners) -> None:
    post(partners.url("lakeside"))
    with pytest.raises(TimeoutError, match=r"partner lakeside: 1 of 2 requests came within 0\.1 s"):
        partners.wait_for("lakeside", 2, timeout=0.1)


def test_waiting_ends_when_the_server_stops() -> None:
    with SamplePartners() as server:
        threading.Timer(0.2, server.request_log.close).start()
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            server.wait_for("lakeside", 1, timeout=30)
        assert time.monotonic() - began < 5


def test_the_wait_between_two_requests_runs_from_the_end_of_the_answer(partners: SamplePartners) -> None:
    partners.configure("lakeside", "500 after 300ms once then success")
    post(partners.url("lakeside"))
    post(partners.url("lakeside"))
    first, second = partners.wait_for("lakeside", 2, timeout=10)
    assert 0 <= interval(first, second) <= (second.at - first.at - 300) / 1_000


def signed(secret: str, body: bytes) -> dict[str, str]:
    at = datetime.now(UTC)
    signature = Webhook(secret).sign("3528_dGVzdA_00", at, body.decode())
    stamp = str(int(at.timestamp()))
    return {"webhook-id": "3528_dGVzdA_00", "webhook-timestamp": stamp, "webhook-signature": signature}


def test_a_signature_by_the_shared_secret_is_valid(partners: SamplePartners) -> None:
    partners.share_secret("lakeside", SECRET)
    assert post(partners.url("lakeside"), headers=signed(SECRET, BODY)).status_code == 200
    assert partners.received("lakeside")[0].signature is Signature.VALID


@pytest.mark.parametrize("headers", [{}, signed(SECRET, b"something else"), {"webhook-signature": "v1"}])
def test_a_request_with_a_wrong_signature_is_recorded_and_turned_away(
    partners: SamplePartners, headers: dict[str, str]
) -> None:
    partners.share_secret("lakeside", SECRET)
    assert post(partners.url("lakeside"), headers=headers).status_code == 401
    assert partners.received("lakeside")[0].signature is Signature.INVALID


def test_without_the_secret_a_signature_is_not_checked(partners: SamplePartners) -> None:
    post(partners.url("lakeside"))
    assert partners.received("lakeside")[0].signature is Signature.UNCHECKED


def test_a_partner_that_hangs_is_recorded_and_never_answers(partners: SamplePartners) -> None:
    partners.configure("lakeside", "hang")
    with pytest.raises(requests.ReadTimeout):
        requests.post(partners.url("lakeside"), data=BODY, timeout=0.3)
    assert partners.received("lakeside")[0].answered_at is None


def test_a_partner_that_drips_answers_a_byte_at_a_time(partners: SamplePartners) -> None:
    partners.configure("lakeside", "drip")
    with requests.post(partners.url("lakeside"), data=BODY, timeout=5, stream=True) as answer:
        parts = answer.iter_content(chunk_size=None)
        assert [next(parts), next(parts)] == [b"s", b"u"]


def test_an_answer_in_chunks_is_still_success(partners: SamplePartners) -> None:
    partners.configure("lakeside", "chunks")
    answer = post(partners.url("lakeside"))
    assert (answer.headers["Transfer-Encoding"], answer.content) == ("chunked", b"success")


def test_a_redirect_leads_elsewhere_on_the_same_server(partners: SamplePartners) -> None:
    partners.configure("lakeside", "redirect")
    answer = post(partners.url("lakeside"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/p/elsewhere")


@pytest.mark.parametrize("script", ["close", "cut", "noise"])
def test_a_connection_can_break_at_each_point(partners: SamplePartners, script: str) -> None:
    partners.configure("lakeside", script)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        post(partners.url("lakeside"))


def test_raw_bytes_go_out_as_they_are(partners: SamplePartners) -> None:
    partners.configure("lakeside", "cut")
    with socket.create_connection(("127.0.0.1", partners.port), timeout=5) as peer:
        peer.sendall(b"POST /p/lakeside HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
        assert peer.makefile("rb").read() == b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsucc"


def test_a_big_answer_has_its_hundred_megabytes(partners: SamplePartners) -> None:
    partners.configure("lakeside", "big")
    with requests.post(partners.url("lakeside"), data=BODY, timeout=5, stream=True) as answer:
        assert answer.headers["Content-Length"] == "100000000"
        assert sum(len(part) for part in answer.iter_content(1_000_000)) == 100_000_000


def test_a_bomb_is_small_and_unpacks_to_a_hundred_megabytes(partners: SamplePartners) -> None:
    partners.configure("lakeside", "bomb")
    with requests.post(partners.url("lakeside"), data=BODY, timeout=5, stream=True) as answer:
        packed = answer.raw.read(decode_content=False)
    assert len(packed) < 200_000
    assert len(zlib.decompress(packed, wbits=31)) == 100_000_000


def test_an_answer_can_be_made_by_hand(partners: SamplePartners) -> None:
    partners.configure("lakeside", CannedResponse(name="shout", body=b"SUCCESS", headers=(("X-A", "b"),)))
    answer = post(partners.url("lakeside"))
    assert (answer.content, answer.headers["X-A"]) == (b"SUCCESS", "b")


def test_it_speaks_https_with_the_certificate_it_is_given() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with SamplePartners(tls=context) as server, authority.cert_pem.tempfile() as trusted:
        answer = requests.post(server.url("lakeside"), data=BODY, timeout=5, verify=trusted)
    assert answer.content == b"success"


# The control API


def control(partners: SamplePartners, name: str) -> str:
    return f"{partners.origin}/control/partners/{name}"


def test_a_partner_can_be_told_from_another_process(partners: SamplePartners) -> None:
    told = requests.put(control(partners, "lakeside"), json={"script": "503 once then success"}, timeout=5)
    assert told.json() == {"url": partners.url("lakeside")}
    assert [post(partners.url("lakeside")).status_code for _ in range(2)] == [503, 200]


def test_answers_can_be_told_one_by_one_and_a_secret_beside_them(partners: SamplePartners) -> None:
    wish = {"answers": [{"status": 200, "body": "SUCCESS", "headers": {"X-A": "b"}}], "secret": SECRET}
    requests.put(control(partners, "lakeside"), json=wish, timeout=5)
    answer = post(partners.url("lakeside"), headers=signed(SECRET, BODY))
    assert (answer.content, answer.headers["X-A"]) == (b"SUCCESS", "b")


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ('{"script": "sucess"}', "`sucess` is no answer"),
        ("{}", "say what to answer"),
        ('{"answers": [{"colour": "red"}]}', "colour"),
        ('{"answers": []}', "at least one"),
        ("[]", "say what to answer"),
        ("not json", "Expecting value"),
    ],
)
def test_a_wish_that_is_not_understood_is_refused_with_the_reason(
    partners: SamplePartners, wish: str, sentence: str
) -> None:
    answer = requests.put(control(partners, "lakeside"), data=wish, timeout=5)
    assert answer.status_code == 400
    assert sentence in answer.json()["describe"]


def test_the_record_can_be_read_and_awaited_from_another_process(partners: SamplePartners) -> None:
    late = threading.Timer(0.2, post, [partners.url("lakeside")])
    late.start()
    answer = requests.get(f"{control(partners, 'lakeside')}/requests?count=1&timeout=5", timeout=6)
    late.join()
    [received] = answer.json()["requests"]
    assert json.loads(received["body"]) == json.loads(BODY)
    assert received["signature"] == "unchecked"


def test_waiting_in_vain_from_another_process_is_408_with_what_came(partners: SamplePartners) -> None:
    post(partners.url("lakeside"))
    answer = requests.get(f"{control(partners, 'lakeside')}/requests?count=2&timeout=0.1", timeout=5)
    assert answer.status_code == 408
    assert len(answer.json()["requests"]) == 1


def test_a_count_that_is_no_number_is_refused(partners: SamplePartners) -> None:
    assert requests.get(f"{control(partners, 'lakeside')}/requests?count=many", timeout=5).status_code == 400


def test_a_forgotten_partner_has_no_record(partners: SamplePartners) -> None:
    post(partners.url("lakeside"))
    requests.delete(control(partners, "lakeside"), timeout=5)
    assert requests.get(f"{partners.origin}/control/partners", timeout=5).json() == {"partners": []}
