"""The figures of the soaks in docs/reliability.md: the books balance, and the marks stand where the tool writes."""

from tests.support.docs.markdown import rows
from tests.support.paths import DOCS
from tools.prove.__main__ import BEGIN, END

PAGE = (DOCS / "reliability.md").read_text(encoding="utf-8")
FIGURES = {name: values for name, *values in rows(PAGE, "| seed, minutes, first attempt |")}


def figures(beginning: str) -> list[int]:
    """The row whose name begins so, as numbers."""
    (values,) = [values for name, values in FIGURES.items() if name.startswith(beginning)]
    return [int(value.strip("*").replace(",", "")) for value in values]


def test_the_tool_finds_its_place_in_the_page() -> None:
    assert PAGE.index(BEGIN) < PAGE.index("| seed, minutes, first attempt |") < PAGE.index(END)


def test_accepted_is_told_and_closed_and_failed() -> None:
    ends = zip(figures("told"), figures("closed"), figures("failed"), strict=True)
    assert figures("submissions accepted") == [sum(one) for one in ends]


def test_no_soak_lost_anything_or_broke_a_rule() -> None:
    assert set(figures("**lost**") + figures("rules broken")) == {0}
