"""Reads template.yaml: its short forms (`!Ref`, `!Sub` …) become long ones, its loops are written out."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.local_engine.environment import ROOT
from tools.local_stack.loops import unrolled


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's tags."""


def _long_form(loader: _Loader, tag: str, node: yaml.Node) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            value: Any = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
        case _:
            raise yaml.constructor.ConstructorError(problem=f"!{tag} of {node}", problem_mark=node.start_mark)
    if tag == "GetAtt":
        value = value.split(".", 1)
    return {tag if tag in {"Ref", "Condition"} else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _long_form)


@cache
def load_template(path: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """The template as CloudFormation would read it from JSON."""
    return unrolled(read_template(path))


def read_template(path: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """The same before its loops are written out and its mappings are looked up."""
    template: dict[str, Any] = yaml.load(path.read_text(), _Loader)  # noqa: S506 - a SafeLoader, with CloudFormation's tags
    return template
