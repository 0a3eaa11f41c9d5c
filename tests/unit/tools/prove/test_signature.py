"""The signature of a POST, beside the one that Herald makes."""

from dataclasses import replace
from typing import Final

import pytest

from herald.contract.signature import signed_headers
from herald.domain.clock import MINUTE, SECOND
from tests.support.factories import NOON
from tools.prove.books.signature import signed_at
from tools.sample_partner import Request

SECRET: Final = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
BODY: Final = '{"describe":"執行成功"}'.encode()
SENT: Final = Request(
    at=NOON,
    method="POST",
    path="/8101",
    headers=signed_headers((SECRET,), "8101_a_b", NOON, BODY),
    body=BODY,
)


def test_the_moment_of_a_right_signature_is_found_whatever_the_time_is() -> None:
    assert signed_at(SENT, SECRET) == NOON // SECOND * SECOND


def test_one_of_two_signatures_is_enough() -> None:
    other = "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY="
    both = replace(SENT, headers=signed_headers((other, SECRET), "8101_a_b", NOON, BODY))
    assert signed_at(both, SECRET) == NOON // SECOND * SECOND


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"headers": {**SENT.headers, "webhook-id": "8102_a_b"}},
        {"headers": {**SENT.headers, "webhook-timestamp": str((NOON + MINUTE) // SECOND)}},
        {"headers": {**SENT.headers, "webhook-timestamp": "soon"}},
        {"headers": {**SENT.headers, "webhook-timestamp": "9" * 30}},
        {"headers": {**SENT.headers, "webhook-timestamp": "9" * 15}},
        {"headers": {**SENT.headers, "webhook-signature": ""}},
        {"headers": {}},
    ],
)
def test_what_was_not_signed_so_has_no_moment(changed: dict[str, object]) -> None:
    assert signed_at(replace(SENT, **changed), SECRET) is None  # type: ignore[arg-type] # fields of a request


def test_another_ones_secret_has_no_moment() -> None:
    assert signed_at(SENT, "whsec_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=") is None
