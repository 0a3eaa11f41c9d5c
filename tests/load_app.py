"""Loads a function as Lambda does: its folder first on the path, `app` its module."""

import sys
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).parents[1] / "functions"


def load_app(name: str) -> Any:
    """The module `app` of the function, e.g. `load_app("receiver").handler`; the same one at each call."""
    alias = f"{name}_app"
    if alias not in sys.modules:
        folder = FUNCTIONS / name
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        spec = spec_from_file_location(alias, folder / "app.py")
        if spec is None or spec.loader is None:
            message = f"{folder} has no app.py"
            raise ImportError(message)
        sys.modules[alias] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[alias])
    return sys.modules[alias]


def load_module(name: str, module: str) -> Any:
    """Another module of the function's folder, e.g. `load_module("dispatcher", "poll").Poll`."""
    load_app(name)
    return import_module(module)
