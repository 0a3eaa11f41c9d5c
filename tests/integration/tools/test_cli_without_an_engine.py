"""The commands that use AWS credentials, after the engine was killed: the stack's file is there, nobody listens."""

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from herald.store import dynamodb
from tools.cli.context import Surroundings
from tools.cli.main import main

COMMANDS = [
    ("doctor",),
    ("doctor", "--json"),
    ("audit",),
    ("audit", "--json", "--overdue", "5"),
    ("keys", "create", "--role", "operator", "--name", "alice"),
    ("keys", "create", "--role", "publisher", "--name", "checkout", "--json"),
]


@pytest.fixture(autouse=True)
def own_aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a command writes into the environment, and the client that reads it there, go no further than one test."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    monkeypatch.setattr(os, "environ", bare)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    dynamodb.client.cache_clear()
    yield
    dynamodb.client.cache_clear()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the file of a stack on whose port nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    stack = {"api_url": f"{url}/api", "engine_url": url, "keys": {"operator": "o"}, "tables": {"KeyTable": "k"}}
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local/stack.json").write_text(json.dumps(stack))
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_says_make_up_and_nothing_of_credentials(
    words: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words, Surroundings(environment={}, folder=folder))
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (3, "")
    assert "make up" in said.err
    assert "credentials" not in said.err
