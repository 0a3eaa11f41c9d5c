"""CloudFormation creates a resource after those that it refers to: the references must have no circle."""

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

_VARIABLE = re.compile(r"\$\{([^!}.:]+)[^}]*\}")


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """The circular dependency among the resources, if there is one."""
    resources = template["Resources"]
    needs = {name: set(references(one)) & set(resources) for name, one in resources.items()}
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as circle:
        yield f"circular dependency: {' → '.join(circle.args[1])}"


def references(node: Any) -> Iterator[str]:
    """The logical ids (and names of parameters) to which this part of a template refers."""
    match node:
        case {"Ref": str() as name}:
            yield name
        case {"Fn::GetAtt": [str() as name, *_]}:
            yield name
        case {"Fn::Sub": [str() as text, Mapping() as values]}:
            yield from (name for name in _VARIABLE.findall(text) if name not in values)
            yield from references(values)
        case {"Fn::Sub": str() as text}:
            yield from _VARIABLE.findall(text)
        case Mapping():
            depends = node.get("DependsOn", [])
            yield from [depends] if isinstance(depends, str) else depends
            for one in node.values():
                yield from references(one)
        case list():
            for one in node:
                yield from references(one)
