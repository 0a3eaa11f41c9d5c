"""Signatures by Standard Webhooks, checked with that project's own library."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from types import SimpleNamespace

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from herald.contract.signature import is_signed, new_secret, signed_headers
from herald.domain.clock import MINUTE, SECOND, now
from tests.support.docs.guide_blocks import program
from tests.support.paths import FIXTURES
from tools.sample_partner import Request, Signature
from tools.sample_partner.request_log import check

EXAMPLE = json.loads((FIXTURES / "standard_webhooks.json").read_text(encoding="utf-8"))


def test_example_of_the_specification_is_signed() -> None:
    at = EXAMPLE["timestamp"] * SECOND
    assert signed_headers([EXAMPLE["secret"]], EXAMPLE["id"], at, EXAMPLE["body"].encode()) == {
        "webhook-id": EXAMPLE["id"],
        "webhook-timestamp": str(EXAMPLE["timestamp"]),
        "webhook-signature": EXAMPLE["signature"],
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_official_library_verifies_any_text(text: str) -> None:
    secret, body = new_secret(), text.encode()
    Webhook(secret).verify(body, signed_headers([secret], "id", now(), body), json_parse=False)


def test_other_body_id_or_secret_does_not_verify() -> None:
    secret = new_secret()
    headers = signed_headers([secret], "id", now(), b"body")
    for webhook, body, given_headers in (
        (Webhook(secret), b"Body", headers),
        (Webhook(secret), b"body", {**headers, "webhook-id": "other"}),
        (Webhook(new_secret()), b"body", headers),
    ):
        with pytest.raises(WebhookVerificationError):
            webhook.verify(body, given_headers, json_parse=False)


def test_while_two_secrets_overlap_both_verify() -> None:
    old, new = new_secret(), new_secret()
    headers = signed_headers([new, old], "id", now(), b"body")
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(b"body", headers, json_parse=False)


@time_machine.travel("2026-11-23T04:05:06.999Z", tick=False)
def test_timestamp_is_whole_seconds_not_in_the_future() -> None:
    assert signed_headers([new_secret()], "id", now(), b"")["webhook-timestamp"] == "1795406706"


def test_a_secret_is_long_enough_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(24 <= len(b64decode(secret.removeprefix("whsec_"))) <= 64 for secret in secrets)


AT = EXAMPLE["timestamp"] * SECOND


@given(st.binary(), st.integers(0, 10**13))
def test_signed_request_verifies_and_no_other(body: bytes, at: int) -> None:
    secret = new_secret()
    headers = signed_headers([secret], "id", at, body)
    assert is_signed([new_secret(), secret], headers, body, at)
    assert not is_signed([new_secret()], headers, body, at)
    assert not is_signed([secret], headers, body + b".", at)
    assert not is_signed([secret], {**headers, "webhook-id": "other"}, body, at)


@time_machine.travel("2026-11-23T04:05:06Z", tick=False)
def test_signature_of_the_official_library_verifies() -> None:
    secret = new_secret()
    moment = datetime.now(UTC)
    signature = Webhook(secret).sign("id", moment, "body")
    headers = {"webhook-id": "id", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}
    assert is_signed([secret], headers, b"body", now())


@pytest.mark.parametrize(
    ("apart", "signed"), [(5 * MINUTE, True), (-5 * MINUTE, True), (301_000, False), (-301_000, False)]
)
def test_a_signature_holds_for_five_minutes(apart: int, signed: bool) -> None:  # noqa: FBT001 - a case's expectation
    secret = new_secret()
    assert is_signed([secret], signed_headers([secret], "id", AT, b""), b"", AT + apart) is signed


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1.5", "٣", "9" * 5000, f"00{AT // SECOND}{'0' * 5000}"])
def test_a_timestamp_that_is_none_is_refused(timestamp: str) -> None:
    secret = new_secret()
    headers = {**signed_headers([secret], "id", AT, b""), "webhook-timestamp": timestamp}
    assert not is_signed([secret], headers, b"", AT)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("webhook-id", "\ud800"),
        ("webhook-id", "3528-\udfff"),
        ("webhook-signature", "v1,\udc00"),
        ("webhook-signature", "\udcff"),
        ("webhook-signature", "v1,\N{LATIN SMALL LETTER E WITH ACUTE}"),
        ("webhook-timestamp", "\ud800"),
    ],
)
def test_lone_surrogates_are_no_signature(header: str, value: str) -> None:
    secret = new_secret()
    headers = signed_headers([secret], "3528-1", AT, b"{}")
    assert not is_signed([secret], {**headers, header: value}, b"{}", AT)


def test_headers_that_are_missing_are_no_signature() -> None:
    assert not is_signed([new_secret()], {}, b"", AT)
    assert not is_signed([new_secret()], {"webhook-timestamp": str(EXAMPLE["timestamp"])}, b"", AT)


# ───────────────────────────────── A signature fits one message only ─────────────────────────────────

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECONDS = int(NOON.timestamp())
SECRET = new_secret()
# What Herald signs: an id without a full stop, whole seconds, and any bytes; here many that look like a moment.
IDS = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
BODIES = st.lists(
    st.sampled_from([".", "..", str(SECONDS), f"0{SECONDS}", f".{SECONDS}.", "0", "-", "{", "執", "\n"]), max_size=6
).map(lambda pieces: "".join(pieces).encode())


@pytest.fixture(scope="module")
def python_receiver() -> SimpleNamespace:
    """The partner guide's receiver in Python, as a module."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("WEBHOOK_SECRET", SECRET)
        names = {"__name__": "receiver"}
        exec(program("python"), names)  # noqa: S102 - the program is from the partner guide
    return SimpleNamespace(**names)


def signature_of(message_id: str, timestamp: str, body: bytes) -> str:
    """The signature of `id.timestamp.body`, for any id and timestamp."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    key = b64decode(SECRET.removeprefix("whsec_"))
    return "v1," + b64encode(hmac.digest(key, signed, "sha256")).decode()


def verdicts(message_id: str, timestamp: str, body: bytes, signature: str, receiver: SimpleNamespace) -> set[bool]:
    """The result of each verifying program for this request."""
    headers = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    request = Request(at=now(), method="POST", path="/", headers=headers, body=body)
    return {
        is_signed([SECRET], headers, body, now()),
        check(SECRET, request) is Signature.VALID,
        receiver.genuine(message_id, timestamp, signature, body),
    }


def cuts(message_id: str, timestamp: str, body: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Every way to split the signed bytes at two full stops."""
    pieces = b".".join((message_id.encode(), timestamp.encode(), body)).split(b".")
    for first, second in combinations(range(1, len(pieces)), 2):
        yield (
            b".".join(pieces[:first]).decode(),
            b".".join(pieces[first:second]).decode(),
            b".".join(pieces[second:]),
        )


@given(IDS, st.integers(-299, 299), BODIES)
@time_machine.travel(NOON, tick=False)
def test_signature_verifies_with_no_other_split(
    python_receiver: SimpleNamespace, message_id: str, apart: int, body: bytes
) -> None:
    message = message_id, str(SECONDS + apart), body
    signature = signature_of(*message)
    for cut in cuts(*message):
        assert verdicts(*cut, signature, python_receiver) == {cut == message}, cut


@given(IDS, BODIES)
@time_machine.travel(NOON, tick=False)
def test_old_request_does_not_verify_by_time_in_body(
    python_receiver: SimpleNamespace, message_id: str, body: bytes
) -> None:
    """A genuine request of last month, with the present time in its body, which a publisher writes."""
    message = message_id, str(SECONDS - 30 * 24 * 60 * 60), b'{"describe":".%d.' % SECONDS + body
    signature = signature_of(*message)
    for cut in cuts(*message):
        assert verdicts(*cut, signature, python_receiver) == {False}, cut


@pytest.mark.parametrize("message_id", ["a.b", ".", ".a", "a.", f"a.{SECONDS}", f"{SECONDS}.{SECONDS}", "a..b"])
@time_machine.travel(NOON, tick=False)
def test_id_with_full_stop_is_refused(python_receiver: SimpleNamespace, message_id: str) -> None:
    signature = signature_of(message_id, str(SECONDS), b"{}")
    assert verdicts(message_id, str(SECONDS), b"{}", signature, python_receiver) == {False}


ODD_FORMS = ["{}.0", "{}.", "+{}", "-{}", " {}", "{} ", "{}\n", "{}e0", "0x{:x}", "{:_}", "{},{}", "{}\u00b2", "{:.3e}"]
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")  # noqa: RUF001 - `int` accepts these digits too
ODD_TIMESTAMPS = [form.format(SECONDS, SECONDS) for form in ODD_FORMS] + [
    str(SECONDS).translate(digits) for digits in (ARABIC, FULL_WIDTH)
]


@pytest.mark.parametrize("timestamp", ODD_TIMESTAMPS)
@time_machine.travel(NOON, tick=False)
def test_timestamp_with_other_characters_is_refused(python_receiver: SimpleNamespace, timestamp: str) -> None:
    for signed in (timestamp, str(SECONDS)):  # the header's text, and the number that `int` makes of it
        signature = signature_of("id", signed, b"{}")
        assert verdicts("id", timestamp, b"{}", signature, python_receiver) == {False}


@pytest.mark.parametrize("zeros", ["0", "00"])
@time_machine.travel(NOON, tick=False)
def test_timestamp_with_leading_zeros_does_not_verify(python_receiver: SimpleNamespace, zeros: str) -> None:
    signature = signature_of("id", str(SECONDS), b"{}")
    assert verdicts("id", f"{zeros}{SECONDS}", b"{}", signature, python_receiver) == {False}
