"""Looks at every reason that a test makes: has it a known code, with the values of its sentence, bounded and visible?

Faults are noted and not raised, because the webhook client makes an outcome of whatever is raised; tests/conftest.py
fails the test in which they were noted.
"""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from herald.languages import reason as module
from herald.languages.reason import SENTENCE, Reason
from herald.runtime.visible import visible

LONGEST = 260  # characters of one value; a host name may have 253
_FAULTS: list[str] = []


def install() -> None:
    """From now on every reason is looked at when it is made."""
    make = Reason.__init__

    def make_and_look(self: Reason, *args: Any, **named: Any) -> None:
        make(self, *args, **named)
        _FAULTS.extend(f"{self.code}: {fault}" for fault in faults(self.code, self.values))

    setattr(Reason, "__init__", make_and_look)  # noqa: B010 - mypy allows no assignment to it


def take() -> list[str]:
    """The faults since somebody last asked."""
    found = [*_FAULTS]
    _FAULTS.clear()
    return found


def faults(code: str, values: Mapping[str, object]) -> Iterator[str]:
    """What is wrong with a reason of this code and these values."""
    templates = vars(module)["TEMPLATES"].get(code)  # as a test may have replaced it
    if templates is None:
        yield "is in no table of `herald.languages.reasons`"
        return
    if {*values} != value_names(templates):
        yield f"has the values {sorted(values)} instead of {sorted(value_names(templates))}"
    for name, value in values.items():
        if type(value) not in {str, int}:
            yield f"`{name}` is neither a text nor a whole number: {value!r}"
        elif isinstance(value, str) and code != SENTENCE and (len(value) > LONGEST or visible(value) != value):
            yield f"`{name}` is too long or has invisible characters: {value!r}"


def value_names(templates: tuple[str, ...]) -> set[str]:
    """The values that the templates of a code name, without `detail`, which is the next template."""
    return {name for template in templates for _, name, _, _ in Formatter().parse(template) if name} - {"detail"}
