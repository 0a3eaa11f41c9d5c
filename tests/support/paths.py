"""Where things stand in the repository."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
EVENTS: Final = ROOT / "events"
FIXTURES: Final = ROOT / "tests" / "fixtures"
FUNCTIONS: Final = ROOT / "functions"
