"""The partner guide: both languages explain the same, and every link has its heading."""

import re

import pytest

from herald.domain.clock import MINUTE
from herald.domain.ladder import DEFAULT_LADDER
from herald.webhook.response import MAX_HEADER_LINE, MAX_HEADER_LINES
from tests.support.docs.guide_blocks import GUIDE, program

TEXT = GUIDE.read_text(encoding="utf-8")
ENGLISH, CHINESE = TEXT.split("\n## 給合作方")
PROSE = re.sub(r"^```\w+\n.*?^```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)


def anchor(heading: str) -> str:
    """The anchor that GitHub makes from a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def names(text: str) -> list[str]:
    """The names in the first cells of the tables: fields, headers, status codes."""
    cells = [row.split("|")[1] for row in text.splitlines() if row.startswith("| ")]
    return [
        name for cell in cells for name in re.findall(r"`([\w.-]+)`|\b(\d{3}|5xx)\b", cell) for name in name if name
    ]


def test_link_within_the_page_has_a_heading() -> None:
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.*)$", PROSE, re.MULTILINE)}
    links = set(re.findall(r"\]\(#([^)]+)\)", TEXT))
    assert links
    assert links <= anchors


def test_languages_explain_the_same_names() -> None:
    assert names(ENGLISH) == names(CHINESE)
    assert {"body.reQuantity", "webhook-id", "404"} <= set(names(CHINESE))


def test_chinese_text_has_the_default_ladder() -> None:
    minutes = "、".join(str(wait // MINUTE) for wait in DEFAULT_LADDER.waits)
    assert f"{minutes} 分鐘" in CHINESE


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_language_states_the_header_limits(text: str) -> None:
    assert f" {MAX_HEADER_LINE:,} " in text
    assert f" {MAX_HEADER_LINES} " in text


@pytest.mark.parametrize("language", ["php", "java", "python", "javascript"])
def test_program_appears_once_and_fits_the_page(language: str) -> None:
    assert max(map(len, program(language).splitlines())) <= 120
