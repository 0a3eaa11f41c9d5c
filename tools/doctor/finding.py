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
    """One check: of what, how it is, what was seen, and what to do first where it is not well."""

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
