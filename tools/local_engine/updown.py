"""`make up` and `make down`."""

from collections.abc import Mapping
from dataclasses import replace

from tools.local_engine.deploying import build, deploy
from tools.local_engine.engine import Engine, Tell
from tools.local_engine.house import LOCAL
from tools.local_engine.stack import Stack

NAME = "herald"
STACK_FILE = LOCAL / "stack.json"


def up(parameters: Mapping[str, str] | None = None, tell: Tell = lambda _: None) -> Stack:
    """The repository's own local stack, with the code as it is now; the engine is started unless it runs.

    Leaves `.local/stack.json`. Raises `LocalEngineError`.
    """
    tell("the local engine")
    engine = Engine.find(LOCAL) or Engine.start(LOCAL)
    tell("sam build")
    build()
    tell("sam deploy")
    before = running()
    stack = deploy(engine, NAME, parameters, lambda text: tell(f"sam deploy: {text}"))
    if before and before.tables == stack.tables:
        stack = replace(stack, keys=before.keys)  # those who have them go on working with them
    stack.save(STACK_FILE)
    return stack


def running() -> Stack | None:
    """What `up` left, while its engine runs."""
    return Stack.load(STACK_FILE) if Engine.find(LOCAL) and STACK_FILE.exists() else None


def down() -> bool:
    """Stops the repository's own engine, and all in it with it. Whether there was one."""
    engine = Engine.find(LOCAL)
    if engine:
        engine.stop()
    STACK_FILE.unlink(missing_ok=True)
    return engine is not None
