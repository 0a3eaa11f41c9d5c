"""Faults that can be planted into the deployed copy, so that one sees whether the soak finds them.

The layer of the deliverer is replaced on the engine. The repository and what was built stay as they are.
"""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.local_engine.engine import Engine
from tools.local_engine.environment import BUILT
from tools.local_stack.stack import Stack


class NotPlanted(Exception):
    """The code has changed, so that the fault cannot be planted any more."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A text in a file of the layer, and what stands there in its place."""

    file: str
    text: str
    instead: str


PLANTS: Final = {
    # What the deliverer writes after its claim: always true, with the same names and values.
    "settle-without-condition": Planted(
        "python/herald/store/notification_table.py",
        'f"#is_{name} = :is_{name}" for name in expected',
        'f"(#is_{name} = :is_{name} OR attribute_exists(order_key))" for name in expected',
    ),
}


def plant(engine: Engine, stack: Stack, name: str, layer: Path = BUILT / "HeraldLayer") -> None:
    """Gives the deployed deliverer a layer with this fault. Raises `NotPlanted`."""
    lambdas, function = engine.client("lambda"), stack.functions["DelivererFunction"]
    configuration = lambdas.get_function_configuration(FunctionName=function)
    content = {"ZipFile": archive(layer, PLANTS[name])}
    own = [one["Arn"] for one in configuration["Layers"] if _is_heralds(one["Arn"])]
    if len(own) != 1:
        raise NotPlanted(f"the deliverer has {len(own)} layers of Herald's own")
    layer_name = own[0].rpartition(":")[0].rpartition(":")[2]
    published = lambdas.publish_layer_version(LayerName=layer_name, Content=content)["LayerVersionArn"]
    layers = [published if one["Arn"] in own else one["Arn"] for one in configuration["Layers"]]
    lambdas.update_function_configuration(FunctionName=function, Layers=layers)


def archive(layer: Path, planted: Planted) -> bytes:
    """The layer as a zip, with the fault in it. Raises `NotPlanted`."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(layer.rglob("*")):
            name = path.relative_to(layer).as_posix()
            if path.is_file() and path.suffix != ".pyc":
                packed.writestr(
                    name, changed(path.read_bytes(), planted) if name == planted.file else path.read_bytes()
                )
        if planted.file not in packed.namelist():
            raise NotPlanted(f"the layer has no {planted.file}")
    return written.getvalue()


def changed(source: bytes, planted: Planted) -> bytes:
    """The source with the fault. Raises `NotPlanted` where its text does not stand there exactly once."""
    if source.count(planted.text.encode()) != 1:
        raise NotPlanted(f"`{planted.text}` does not stand once in {planted.file}")
    return source.replace(planted.text.encode(), planted.instead.encode())


def _is_heralds(arn: str) -> bool:
    return "dependencies" not in arn.lower()
