"""`Fn::ForEach` and `Fn::FindInMap` carried out, as CloudFormation's transform AWS::LanguageExtensions does it.

The identifier of a loop stands for its value in the keys of the repeated part, in the text of a `Fn::Sub`, and behind a
`Ref`. A `Fn::FindInMap` becomes the mapping's value where all its keys are literal, in a loop or outside. A number
stays a number. (SAM's own expansion also resolves what a reader of the template wants to see, such as a reference to a
parameter.)
"""

from collections.abc import Mapping
from typing import Any

_LOOP = "Fn::ForEach::"

type Json = Any


def unrolled(template: Mapping[str, Json]) -> dict[str, Json]:
    """The template with every loop of its resources written out and every literal look into a mapping answered."""
    resources: dict[str, Json] = {}
    for name, body in template["Resources"].items():
        if name.startswith(_LOOP):
            identifier, values, fragment = body
            resources |= _repeated(identifier, values, fragment)
        else:
            resources[name] = body
    return {**template, "Resources": _looked_up(resources, template.get("Mappings", {}))}


def _repeated(identifier: str, values: list[str], fragment: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name.replace(f"${{{identifier}}}", value): _filled(body, identifier, value)
        for value in values
        for name, body in fragment.items()
    }


def _filled(node: Json, identifier: str, value: str) -> Json:
    match node:
        case {"Ref": str() as name} if name == identifier:
            return value
        case {"Fn::Sub": str() as text}:
            text = text.replace(f"${{{identifier}}}", value)
            return {"Fn::Sub": text} if "${" in text else text
        case dict():
            return {key: _filled(one, identifier, value) for key, one in node.items()}
        case list():
            return [_filled(one, identifier, value) for one in node]
    return node


def _looked_up(node: Json, mappings: Mapping[str, Json]) -> Json:
    match node:
        case {"Fn::FindInMap": [str() as mapping, str() as key, str() as name]}:
            return mappings[mapping][key][name]
        case dict():
            return {key: _looked_up(one, mappings) for key, one in node.items()}
        case list():
            return [_looked_up(one, mappings) for one in node]
    return node
