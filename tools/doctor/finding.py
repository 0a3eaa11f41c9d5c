"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How it is."""

    WELL = "well"
    WATCH = "watch"  # nothing is broken, but somebody should know
    ILL = "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: of what, how it is, what was seen, and what to do first where it is not well."""

    what: str
    health: Health
    seen: str
    remedy: str = ""


def well(what: str, seen: str) -> Finding:
    """All is as it should be."""
    return Finding(what, Health.WELL, seen)


def ill(what: str, seen: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(what, Health.ILL, seen, remedy)


def watch(what: str, seen: str, remedy: str) -> Finding:
    """It works, but a person has something to do."""
    return Finding(what, Health.WATCH, seen, remedy)
