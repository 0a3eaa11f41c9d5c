"""Where a command points, and which key goes there."""

import json
import os
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.support.http.api_stub import StubApi, canned
from tools.cli.context import Surroundings
from tools.cli.main import main
from tools.common.errors import Misused
from tools.common.stack.stack_file import find_stack
from tools.common.target import Target, find_target

LOCAL = {"api_url": "http://127.0.0.1:4566/api", "keys": {"operator": "local-operator", "publisher": "local-publisher"}}
REAL = "https://herald.example"
ENVIRONMENT = {"HERALD_API_URL": "https://environment.example", "HERALD_KEY": "environment-key"}
OPTIONS = {"api_url": "https://option.example", "key": "option-key"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder three levels below a running local stack."""
    plant(tmp_path, json.dumps(LOCAL))
    below = tmp_path / "a/b/c"
    below.mkdir(parents=True)
    return below


def plant(folder: Path, text: str) -> Path:
    (folder / ".local").mkdir(exist_ok=True)
    file = folder / ".local/stack.json"
    file.write_text(text)
    return file


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


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_slash_at_the_end_of_the_address_does_not_matter(folder: Path, slash: str) -> None:
    assert find(folder, api_url=f"{REAL}{slash}", key="k").api_url == REAL
    assert find(folder, api_url=f"{LOCAL['api_url']}{slash}").key == "local-operator"


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


# Every combination: an address by option, environment or file (or none), and a key by each of them (or none)

TABLE = list(product((False, True), repeat=6))


@pytest.mark.parametrize(("asked_url", "env_url", "file_url", "asked_key", "env_key", "file_key"), TABLE)
def test_a_key_goes_only_to_an_address_that_was_given_with_it(
    tmp_path: Path, *, asked_url: bool, env_url: bool, file_url: bool, asked_key: bool, env_key: bool, file_key: bool
) -> None:
    stack = ({"api_url": LOCAL["api_url"]} if file_url else {}) | ({"keys": LOCAL["keys"]} if file_key else {})
    plant(tmp_path, json.dumps(stack))
    asked = {name: OPTIONS[name] for name, given in (("api_url", asked_url), ("key", asked_key)) if given}
    env = {name: ENVIRONMENT[name] for name, given in (("HERALD_API_URL", env_url), ("HERALD_KEY", env_key)) if given}
    given_url = asked.get("api_url") or env.get("HERALD_API_URL")
    given_key = asked.get("key") or env.get("HERALD_KEY")
    if given_url and given_key:
        assert find(tmp_path, env=env, **asked) == Target(given_url, given_key)
    elif not given_url and not given_key and file_url and file_key:
        assert find(tmp_path, env=env, **asked) == Target(str(LOCAL["api_url"]), "local-operator")
    else:
        with pytest.raises(Misused) as refused:
            find(tmp_path, env=env, **asked)
        assert refused.value.remedy


@pytest.mark.parametrize(("env", "asked"), [({"HERALD_KEY": "secret"}, {}), ({}, {"key": "secret"})])
def test_a_key_without_an_address_is_not_sent_where_a_file_says(
    folder: Path, env: dict[str, str], asked: dict[str, str]
) -> None:
    with pytest.raises(Misused, match="a key is given, but no address") as refused:
        find(folder, env=env, **asked)
    assert "--api-url" in refused.value.remedy
    assert "HERALD_API_URL" in refused.value.remedy
    assert "HERALD_KEY" in refused.value.remedy


def test_the_address_of_the_local_stack_may_be_given_with_another_key(folder: Path) -> None:
    env = {"HERALD_API_URL": str(LOCAL["api_url"]), "HERALD_KEY": "another"}
    assert find(folder, env=env) == Target(str(LOCAL["api_url"]), "another")


@pytest.mark.parametrize("command", [("failed",), ("partners", "list"), ("jobs", "list"), ("show", "3528_a_b")])
def test_nothing_is_asked_of_a_planted_address_while_a_key_is_set(tmp_path: Path, command: tuple[str, ...]) -> None:
    planted = StubApi({"GET /": canned({})})
    plant(tmp_path, json.dumps({"api_url": "https://planted.example", "keys": {"operator": "x"}}))
    (tmp_path / "below").mkdir()
    surroundings = Surroundings(
        environment={"HERALD_KEY": "secret"}, folder=tmp_path / "below", session=planted.session()
    )
    with pytest.raises(SystemExit) as ended:
        main(command, surroundings)
    assert (ended.value.code, planted.asked) == (2, [])


# The file


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "",
        "\0",
        "[]",
        "5",
        '"x"',
        '{"api_url": 5}',
        '{"api_url": ["x"]}',
        '{"keys": []}',
        '{"keys": {"operator": 5}}',
    ],
)
def test_a_broken_stack_file_is_told_with_its_remedy(folder: Path, text: str) -> None:
    plant(folder, text)
    with pytest.raises(Misused, match=r"stack\.json is not") as refused:
        find(folder)
    assert "make up" in refused.value.remedy


def test_bytes_that_are_no_text_are_a_broken_stack_file(folder: Path) -> None:
    plant(folder, "").write_bytes(b"\xff\xfe{")
    with pytest.raises(Misused, match="is not JSON"):
        find(folder)


@pytest.mark.parametrize("text", ["{", '{"keys": 5}'])
def test_a_file_that_is_not_needed_is_not_read(folder: Path, text: str) -> None:
    plant(folder, text)
    assert find(folder, env=ENVIRONMENT) == Target("https://environment.example", "environment-key")
    assert find_target(OPTIONS, {}, folder, "operator") == Target("https://option.example", "option-key")


def test_a_file_that_anybody_may_write_is_not_used(folder: Path) -> None:
    plant(folder, json.dumps(LOCAL)).chmod(0o666)
    with pytest.raises(Misused, match="others may write it") as refused:
        find_stack(folder)
    assert "chmod" in refused.value.remedy


def test_a_file_of_another_user_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    (folder.parents[2] / ".local/stack.json").chmod(0o600)
    if os.getuid() == 0:  # root's files are trusted by all, so this one has to be somebody's
        os.chown(folder.parents[2] / ".local/stack.json", 12_345, -1)
    with pytest.raises(Misused, match="belongs to another user") as refused:
        find_stack(folder)
    assert "--api-url" in refused.value.remedy


def test_a_file_that_cannot_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Misused, match="cannot be read: Permission denied"):
        find_stack(folder)
