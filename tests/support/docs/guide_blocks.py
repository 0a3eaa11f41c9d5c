"""The programs that docs/partner-guide.md shows to partners, taken from the page itself."""

import re

from tests.support.paths import DOCS

GUIDE = DOCS / "partner-guide.md"


def program(language: str) -> str:
    """The one block of this language (as the fence names it: `python`)."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"the guide has {len(found)} blocks of {language}"
    return str(found[0])
