"""The journal, the story of one notification, and the figures in the document."""

from pathlib import Path

from tests.support.factories import NOON
from tools.prove.__main__ import BEGIN, END, write
from tools.prove.journal import Entry, Journal, What, story
from tools.prove.report import table


def an_entry(at: int, what: What, *about: str) -> Entry:
    return Entry(at=at, what=what, kind="k", about=about)


def test_the_story_of_a_notification_has_its_own_entries_and_those_about_all() -> None:
    own, other = an_entry(NOON, What.FAULT, "digest"), an_entry(NOON, What.FAULT, "another")
    kill, partner = an_entry(NOON + 1, What.KILL, "DelivererFunction"), an_entry(NOON + 2, What.PARTNER, "8101")
    early = an_entry(NOON - 1, What.KILL)
    found = story([early, own, other, kill, partner], {"digest", "8101"}, NOON, NOON + 2)
    assert found == [own, kill, partner]


def test_the_journal_keeps_its_entries_in_memory_and_in_a_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    noted = journal.note(What.KILL, "JobsFunction", "JobsFunction", detail="17")
    journal.note(What.POLL, "twice")
    journal.close()
    assert journal.entries(What.KILL) == [noted]
    assert len((tmp_path / "journal").read_text().splitlines()) == 2
    assert str(noted).endswith("Z kill: JobsFunction 17")


def test_the_figures_of_several_soaks_stand_side_by_side() -> None:
    assert table([{"seed": "1", "lost": "0"}, {"seed": "2", "lost": "0"}]) == [
        "| seed | 1 | 2 |",
        "|---|---|---|",
        "| lost | 0 | 0 |",
    ]


def test_the_document_keeps_all_but_the_figures(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write(["| new |"], document)
    write(["| newer |"], document)
    assert document.read_text() == f"before\n{BEGIN}\n\n| newer |\n\n{END}\nafter\n"
