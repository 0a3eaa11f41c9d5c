"""CloudFormation's intrinsic functions, evaluated with the values that a stack would have."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class NoValue:
    """The result of `Ref: AWS::NoValue`: the property is left out."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Evaluates the intrinsic functions of a template."""

    values: Mapping[str, Any]  # of parameters and pseudo parameters, by name
    conditions: Mapping[str, Any]
    ref: Callable[[str], Any]  # what `Ref` gives of a resource
    attribute: Callable[[str, str], Any]  # what `Fn::GetAtt` gives of it

    def resolve(self, node: Any) -> Any:
        """The node with its functions evaluated; `NoValue` where it is left out."""
        match node:
            case {"Fn::If": [name, met, unmet]}:
                return self.resolve(met if self.holds(name) else unmet)
            case dict() if len(node) == 1:
                ((name, argument),) = node.items()
                if name == "Ref" or name.startswith("Fn::") or (name == "Condition" and isinstance(argument, str)):
                    return self._call(name, argument)
        match node:
            case dict():
                found = {name: self.resolve(one) for name, one in node.items()}
                return {name: one for name, one in found.items() if one is not NoValue}
            case list():
                return [one for one in map(self.resolve, node) if one is not NoValue]
        return node

    def holds(self, name: str) -> bool:
        """Whether a condition is met."""
        return bool(self.resolve(self.conditions[name]))

    def _call(self, name: str, argument: Any) -> Any:
        match name, argument:
            case "Ref", str():
                return NoValue if argument == "AWS::NoValue" else self._named(argument)
            case "Condition", str():
                return self.holds(argument)
            case "Fn::GetAtt", [logical, attribute]:
                return self.attribute(logical, attribute)
            case "Fn::Sub", [text, values]:
                return self._substituted(text, self.resolve(values))
            case "Fn::Sub", str():
                return self._substituted(argument, {})
        if name not in _COMPUTED:
            raise NotImplementedError(f"tests/support/aws_template/intrinsics.py has no function {name}")
        return _COMPUTED[name](self.resolve(argument))

    def _named(self, name: str) -> Any:
        return self.values[name] if name in self.values else self.ref(name)

    def _substituted(self, text: str, values: Mapping[str, Any]) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in values:
                return str(values[name])
            logical, _, attribute = name.partition(".")
            return str(self.attribute(logical, attribute) if attribute else self._named(name))

        return _VARIABLE.sub(value, text)


# The functions that need nothing but their arguments.
_COMPUTED: Mapping[str, Callable[[Any], Any]] = {
    "Fn::Equals": lambda pair: pair[0] == pair[1],
    "Fn::Not": lambda one: not one[0],
    "Fn::And": all,
    "Fn::Or": any,
    "Fn::Join": lambda pair: pair[0].join(map(str, pair[1])),
    "Fn::Split": lambda pair: pair[1].split(pair[0]),
    "Fn::Select": lambda pair: pair[1][int(pair[0])],
    "Fn::ToJsonString": json.dumps,
}
