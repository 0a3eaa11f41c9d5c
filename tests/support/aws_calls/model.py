"""A request against botocore's service model: required members, lengths, ranges, patterns and enum values.

botocore itself checks types, required members and lower limits only, and only before it sends.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session

type Shape = Any  # botocore.model.Shape, whose members its stubs leave untyped

_JAVA = {r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF", r"\p{Print}": r"[ -~]"}


@cache
def input_of(service: str, operation: str) -> Shape:
    """The shape of an operation's request, e.g. `input_of("scheduler", "CreateSchedule")`."""
    return botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape


def faults(shape: Shape, value: Any, path: str = "") -> Iterator[str]:
    """Each constraint of the model that the value does not meet, with the path of the member."""
    match shape.type_name, value:
        case "structure", Mapping():
            yield from _of_structure(shape, value, path)
        case "list", list() | tuple():
            yield from _outside(shape, len(value), path, "entries")
            for place, one in enumerate(value):
                yield from faults(shape.member, one, f"{path}[{place}]")
        case "map", Mapping():
            yield from _outside(shape, len(value), path, "entries")
            for name, one in value.items():
                yield from faults(shape.key, name, f"{path}{{{name}}}")
                yield from faults(shape.value, one, f"{path}.{name}")
        case "string", str():
            yield from _of_text(shape, value, path)
        case (("integer" | "long" | "float" | "double"), int() | float()):
            yield from _outside(shape, value, path, "")
        case "blob", bytes():
            yield from _outside(shape, len(value), path, "bytes")


def _of_structure(shape: Shape, value: Mapping[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"{path}.{name} is required"
    for name, one in value.items():
        if name not in shape.members:
            yield f"{path}.{name} is no member of {shape.name}"
        elif one is not None:
            yield from faults(shape.members[name], one, f"{path}.{name}")


def _of_text(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _outside(shape, len(value), path, "characters")
    if shape.enum and value not in shape.enum:
        yield f"{path} is {value!r}, not one of {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and re.fullmatch(_in_python(pattern), value) is None:
        yield f"{path} is {value[:80]!r}, which the pattern {pattern} does not match"


def _in_python(pattern: str) -> str:
    """The models' patterns are Java's, which writes characters beyond the first plane as pairs."""
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    return pattern


def _outside(shape: Shape, size: float, path: str, unit: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield f"{path} has {size} {unit}, less than {least}"
    if most is not None and size > most:
        yield f"{path} has {size} {unit}, more than {most}"
