"""`make up` and `make down`."""

from collections.abc import Mapping

from tools.local_engine import sam_local
from tools.local_engine.deploying import build, deploy
from tools.local_engine.engine import Engine, Tell
from tools.local_engine.house import LOCAL
from tools.local_engine.leftovers import clear, noted
from tools.local_engine.parameters import complete
from tools.local_engine.stack import Stack

NAME = "herald"
STACK_FILE = LOCAL / "stack.json"
LOST = "the engine that ran here was killed: all that was in it is gone, and its keys are no longer valid"


def up(parameters: Mapping[str, str] | None = None, tell: Tell = lambda _: None, warn: Tell = lambda _: None) -> Stack:
    """The repository's own local stack, with the code as it is now; the engine is started unless it runs.

    Leaves `.local/stack.json` and what `sam local` reads. `tell` is given each step, `warn` what the person has to know
    afterwards. Raises `LocalEngineError`.
    """
    tell("the local engine")
    engine = Engine.find(LOCAL) or _start(warn)
    tell("sam build")
    build()
    tell("sam deploy")
    before = running()
    # Those who have the keys go on working with them, unless somebody emptied the engine meanwhile.
    keys = before.keys if before else {}
    stack = deploy(engine, NAME, parameters, lambda text: tell(f"sam deploy: {text}"), keys=keys)
    stack.save(STACK_FILE)
    sam_local.write_files(engine, stack, complete(parameters or {}))
    return stack


def _start(warn: Tell) -> Engine:
    """A new engine, and nothing written down any more of an old one that was killed or ended with the machine."""
    if noted(LOCAL) or STACK_FILE.exists():
        warn(LOST)
    _forget()
    return Engine.start(LOCAL)


def running() -> Stack | None:
    """What `up` left, while its engine runs."""
    return Stack.load(STACK_FILE) if Engine.find(LOCAL) and STACK_FILE.exists() else None


def down() -> bool:
    """Stops the repository's own engine, and all in it with it. Whether there was one.

    What an engine left that was killed goes as well.
    """
    engine = Engine.find(LOCAL)
    if engine:
        engine.stop()
    else:
        clear(LOCAL)
    _forget()
    return engine is not None


def _forget() -> None:
    STACK_FILE.unlink(missing_ok=True)
    sam_local.remove_files()
