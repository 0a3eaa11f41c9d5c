"""Herald's stack on this machine: an engine that answers as AWS does, and the very template that goes to AWS.

    engine = Engine.start(Path(".local"))
    stack = deploy(engine, "herald", {"Ladder": "1s 2s 3s"})
    requests.get(f"{stack.api_url}/health")
    engine.stop()

`up` and `down` do the same for the repository's own `.local`, as `make up` and `make down`.
"""

from tools.local_engine.deploying import build, deploy
from tools.local_engine.engine import Engine, Tell
from tools.local_engine.errors import LocalEngineError
from tools.local_engine.house import LOCAL, ROOT
from tools.local_engine.stack import Stack
from tools.local_engine.updown import down, running, up

__all__ = ["LOCAL", "ROOT", "Engine", "LocalEngineError", "Stack", "Tell", "build", "deploy", "down", "running", "up"]
