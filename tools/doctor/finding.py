"""What a check found."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tools.common.sentence import Sentence


class Status(StrEnum):
    """How it is."""

    OK = "well"
    WARNING = "watch"  # nothing is broken, but somebody should know
    FAILED = "ill"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its subject (marked by `N_`), its result, what was observed, and the first remedy where not ok."""

    what: str
    health: Status
    seen: Sentence
    remedy: Sentence = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as `--json` prints it, in English for every reader: scripts compare it."""
        return {"what": self.what, "health": self.health, "seen": str(self.seen), "remedy": str(self.remedy)}


def ok(what: str, seen: Sentence) -> Finding:
    """All is as it should be."""
    return Finding(what, Status.OK, seen)


def failed(what: str, seen: Sentence, remedy: Sentence) -> Finding:
    """It does not work."""
    return Finding(what, Status.FAILED, seen, remedy)


def warning(what: str, seen: Sentence, remedy: Sentence) -> Finding:
    """It works, but a person has something to do."""
    return Finding(what, Status.WARNING, seen, remedy)
