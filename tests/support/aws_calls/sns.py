"""SNS's rules for what is published, as its API reference has them."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

LARGEST = 262_144  # bytes of a message
_SUBJECT = 99  # characters: "less than 100"


def faults(_operation: str, request: Mapping[str, Any]) -> Iterator[str]:
    """Each rule that the request does not meet."""
    if "Subject" in request:
        yield from _of_subject(request["Subject"])
    if "Message" in request and not 1 <= len(request["Message"].encode()) <= LARGEST:
        yield f"a message has 1 to {LARGEST} bytes"


def _of_subject(subject: str) -> Iterator[str]:
    if not 1 <= len(subject) <= _SUBJECT:
        yield f"a subject has 1 to {_SUBJECT} characters, this one {len(subject)}"
    if any(unicodedata.category(one) in {"Cc", "Zl", "Zp"} for one in subject):
        yield f"the subject {subject!r} has a line break or a control character"
    # The reference of today allows UTF-8, older pages ASCII only: what both allow is taken everywhere.
    if not subject.isascii():
        yield f"the subject {subject!r} is not ASCII"
    if subject and not (subject[0].isalnum() or unicodedata.category(subject[0])[0] == "P"):
        yield f"the subject {subject!r} begins with neither a letter, a digit nor a punctuation mark"
