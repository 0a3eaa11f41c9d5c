"""Where a command points."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.herald_cli.errors import Misused
from tools.herald_cli.target import Target, find_target

LOCAL = {"api_url": "http://127.0.0.1:4566/api", "keys": {"operator": "local-operator", "publisher": "local-publisher"}}
REAL = "https://herald.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder three levels below a running local stack."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps(LOCAL))
    below = tmp_path / "a/b/c"
    below.mkdir(parents=True)
    return below


def find(folder: Path, *, role: str = "operator", env: dict[str, str] | None = None, **asked: Any) -> Target:
    return find_target(asked, env or {}, folder, role)


def test_the_local_stack_is_found_in_a_folder_above(folder: Path) -> None:
    assert find(folder) == Target("http://127.0.0.1:4566/api", "local-operator")


def test_of_the_local_stack_a_publisher_takes_the_publishers_key(folder: Path) -> None:
    assert find(folder, role="publisher").key == "local-publisher"


def test_the_environment_comes_before_the_local_stack(folder: Path) -> None:
    assert find(folder, env={"HERALD_API_URL": REAL, "HERALD_KEY": "k"}) == Target(REAL, "k")


def test_an_option_comes_before_the_environment(folder: Path) -> None:
    env = {"HERALD_API_URL": "https://other.example", "HERALD_KEY": "other"}
    assert find(folder, env=env, api_url=REAL, key="k") == Target(REAL, "k")


def test_a_slash_at_the_end_of_the_address_does_not_matter(folder: Path) -> None:
    assert find(folder, api_url=f"{REAL}/", key="k").api_url == REAL


def test_the_local_key_never_goes_to_another_api(folder: Path) -> None:
    with pytest.raises(Misused, match=r"no key for https://herald\.example") as refused:
        find(folder, api_url=REAL)
    assert "HERALD_KEY" in refused.value.remedy


def test_without_anything_to_point_to_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="no local stack runs here") as refused:
        find(tmp_path)
    assert "make up" in refused.value.remedy


@pytest.mark.parametrize("key", ["clé\N{EURO SIGN}", "a\nb"])
def test_a_key_that_no_header_can_carry_is_refused(folder: Path, key: str) -> None:
    with pytest.raises(Misused, match="characters that no key has"):
        find(folder, key=key)


def test_a_broken_stack_file_is_told_with_its_remedy(folder: Path) -> None:
    (folder / ".local").mkdir()
    (folder / ".local/stack.json").write_text("{")
    with pytest.raises(Misused, match="is not JSON"):
        find(folder)
