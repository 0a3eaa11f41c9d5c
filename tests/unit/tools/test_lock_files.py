"""Lock files pin by version and hash, and name no address to download from."""

from pathlib import Path

import pytest

from tests.support.paths import ROOT

LOCKS = [*ROOT.glob("requirements/*.txt"), *ROOT.glob("tools/**/package-lock.json")]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_file_names_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


def test_both_kinds_of_lock_files_are_looked_at() -> None:
    assert {lock.suffix for lock in LOCKS} == {".txt", ".json"}
