"""Forms that keep what was typed, and show each problem beside its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from console.request import Form

_NAMED: Final = re.compile(r"`([A-Za-z]+)`")  # how the API's refusals begin: `url`: …, or `reason` must be …
GENERAL: Final = ""  # the field of a problem that belongs to no field


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A form that was sent and refused: which one, what was typed, and the problems by field."""

    name: str  # such as `approve`
    typed: Form
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FormView:
    """What a template needs of a form. `name` is the beginning of the ids of its elements."""

    name: str
    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def problem(self, name: str) -> str:
        """The problem of a field; empty where there is none."""
        return self.problems.get(name, "")

    @property
    def is_refused(self) -> bool:
        """Whether it was sent and refused."""
        return bool(self.problems)


def form_view(name: str, refused: RefusedForm | None = None, /, **values: str) -> FormView:
    """The form with these values, or as it was typed where it is the refused one."""
    if refused is None or refused.name != name:
        return FormView(name, values)
    return FormView(name, dict(reversed(refused.typed.fields)), refused.problems)


def problems_of(sentence: str, /, *fields: str, **fields_of: str) -> dict[str, str]:
    """The API's refusal, by the field of the form that it names first.

    `fields` are those with the same name in the API, `fields_of` others by their name in the API. A refusal that names
    none of them belongs to the whole form.
    """
    named = _NAMED.match(sentence)
    known = {**{name: name for name in fields}, **fields_of}
    return {known.get(named[1], GENERAL) if named else GENERAL: sentence}
