"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it is."""

    OK = "well"
    WARNING = "watch"  # nothing is broken, but somebody should know
    FAILED = "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its subject, its result, what was observed, and the first remedy where it is not ok."""

    what: str
    health: Status
    seen: str
    remedy: str = ""


def ok(what: str, seen: str) -> Finding:
    """All is as it should be."""
    return Finding(what, Status.OK, seen)


def failed(what: str, seen: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(what, Status.FAILED, seen, remedy)


def warning(what: str, seen: str, remedy: str) -> Finding:
    """It works, but a person has something to do."""
    return Finding(what, Status.WARNING, seen, remedy)
