"""`make up` and `make down`."""

from collections.abc import Mapping
from pathlib import Path

from tools.local_engine import sam_local
from tools.local_engine.engine import Engine, Report
from tools.local_engine.environment import LOCAL
from tools.local_engine.leftovers import clear, noted
from tools.local_stack.deploying import build, deploy
from tools.local_stack.parameters import complete
from tools.local_stack.stack import Stack

NAME = "herald"
LOST = "the engine that ran here was killed: all that was in it is gone, and its keys are no longer valid"


def up(
    parameters: Mapping[str, str] | None = None,
    report: Report = lambda _: None,
    warn: Report = lambda _: None,
    home: Path = LOCAL,
) -> Stack:
    """The repository's own local stack, with the code as it is now; the engine is started unless it runs.

    Leaves `stack.json` and what `sam local` reads in `home`. `tell` is given each step, `warn` what the person has to
    know afterwards. Raises `LocalEngineError`.
    """
    report("the local engine")
    engine = Engine.find(home) or _start(home, warn)
    report("sam build")
    build()
    report("sam deploy")
    before = running(home)
    # Those who have the keys go on working with them, unless somebody emptied the engine meanwhile.
    keys = before.keys if before else {}
    stack = deploy(engine, NAME, parameters, lambda text: report(f"sam deploy: {text}"), keys=keys)
    stack.save(_stack_file(home))
    sam_local.write_files(engine, stack, complete(parameters or {}))
    return stack


def _start(home: Path, warn: Report) -> Engine:
    """A new engine, and nothing written down any more of an old one that was killed or ended with the machine."""
    if noted(home) or _stack_file(home).exists():
        warn(LOST)
    _forget(home)
    return Engine.start(home)


def running(home: Path = LOCAL) -> Stack | None:
    """What `up` left, while its engine runs."""
    file = _stack_file(home)
    return Stack.load(file) if Engine.find(home) and file.exists() else None


def down(home: Path = LOCAL) -> bool:
    """Stops the repository's own engine, and all in it with it. Whether there was one.

    What an engine left that was killed goes as well.
    """
    engine = Engine.find(home)
    if engine:
        engine.stop()
    else:
        clear(home)
    _forget(home)
    return engine is not None


def _forget(home: Path) -> None:
    _stack_file(home).unlink(missing_ok=True)
    sam_local.remove_files(home)


def _stack_file(home: Path) -> Path:
    return home / "stack.json"
