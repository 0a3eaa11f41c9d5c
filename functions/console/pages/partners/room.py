"""How much of a partner one page shows: so many bytes for each text that the page takes at most 60 KB, or all."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from console.rendering.bounded import shown_within, size_in_html

if TYPE_CHECKING:
    from customer_service.schemas.partners import Partner

_TEXTS: Final = 30 * 1024  # bytes of the page for every text of the partner
_ALL: Final = 1_000_000  # bytes: an item has less
_ENTRIES: Final = 15  # of the history, which has at most 50
_ENTRIES_BELOW_A_REFUSAL: Final = 5  # what was typed stands on the page too
_WARNINGS: Final = 6  # of one host name


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The most bytes of one text of each kind, and the most of a list. `whole`: nothing is cut."""

    whole: bool
    address: int  # of the partner's server, which is shown to be reviewed
    test: int  # the result of a test, and likewise what the server answered
    line: int  # such as a name
    history: int  # the reasons and particulars of all its entries together
    entries: int  # of the history
    warnings: int  # about one host name

    @classmethod
    def for_partner(cls, one: "Partner", *, refused: bool) -> Self:
        """What is left after the values that the forms of the page repeat as they are. `refused`: one of them was."""
        left = _TEXTS - _size_in_forms(one)
        return cls(
            whole=False,
            address=left // 10,
            test=left // 30,
            line=left // 70,
            history=left * 35 // 100,
            entries=_ENTRIES_BELOW_A_REFUSAL if refused else _ENTRIES,
            warnings=_WARNINGS,
        )

    def text(self, text: str) -> str:
        """A text of one line."""
        return shown_within(text, self.line)


WHOLE: Final = Room(whole=True, address=_ALL, test=_ALL, line=_ALL, history=_ALL, entries=_ALL, warnings=_ALL)


def _size_in_forms(one: "Partner") -> int:
    """The form of changes has these values as they are, and once more in a few characters."""
    return sum(map(size_in_html, [one["name"], one["contact"], one["ladder"] or "", one["proposedUrl"] or ""]))
