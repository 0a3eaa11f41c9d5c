"""`make up` after the engine was killed, and after a stop: what it writes is true of the engine that runs."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tools.cli.context import Surroundings
from tools.cli.main import main
from tools.common.waiting import becomes
from tools.local_engine.engine import Engine
from tools.local_engine.leftovers import functions_of, note_of, scratch_of
from tools.local_engine.lifecycle import LOST, down, up
from tools.local_engine.processes import is_running
from tools.local_engine.sam_local import variables_in


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a `.local` of its own, beside any `make up`."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    (tmp_path / ".local").mkdir()
    yield tmp_path
    down(tmp_path / ".local")


def herald(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """The command's exit code and its JSON."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--json"], Surroundings(environment={}, folder=folder))
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, json.loads(said.out or said.err)


def kill(engine: Engine) -> None:
    """As the machine does it to a process when it runs out of memory: nobody cleans up."""
    os.kill(engine.pid, signal.SIGKILL)
    assert becomes(lambda: not is_running(engine.pid, "ministack"), 10)


@pytest.mark.timeout(900)  # it builds and deploys four times
def test_after_a_killed_engine_make_up_starts_anew_and_its_keys_are_known(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, said = folder / ".local", list[str]()
    before = up(warn=said.append, home=home)
    code, partners = herald(folder, capsys, "partners", "list")
    assert (code, partners, said) == (0, {"items": []}, [])
    engine = Engine.find(home)
    assert engine
    (scratch_of(home) / "of-the-old-engine").touch()
    kill(engine)

    code, error = herald(folder, capsys, "doctor")
    assert (code, "make up" in error["remedy"], "credentials" in str(error)) == (3, True, False)

    after = up(warn=said.append, home=home)
    assert said == [LOST]
    assert set(after.keys.values()).isdisjoint(before.keys.values())
    assert not (scratch_of(home) / "of-the-old-engine").exists()
    assert herald(folder, capsys, "partners", "list") == (0, {"items": []})
    assert variables_in(home).exists()

    again = up(warn=said.append, home=home)  # nothing was lost now, so whoever has the keys keeps them
    assert (again.keys, said) == (after.keys, [LOST])

    # Somebody empties the engine that runs: its process is the same, its tables bear the same names, the keys are gone.
    assert requests.post(f"{after.engine_url}/_ministack/reset", timeout=30).ok
    emptied = up(warn=said.append, home=home)
    assert set(emptied.keys.values()).isdisjoint(after.keys.values())
    assert herald(folder, capsys, "partners", "list") == (0, {"items": []})

    assert down(home)
    assert not note_of(home).exists()
    assert not functions_of(home)
    assert not (home / "stack.json").exists()
    assert not variables_in(home).exists()
