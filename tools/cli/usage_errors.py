"""Wrong usage, as Typer words it, in the reader's language.

Typer makes its sentences of English templates and keeps no values, so a sentence is recognised by its template. One
that is not in the table stays as it is.
"""

import re
from typing import Final

from herald.languages.catalogue import N_
from herald.languages.message import Message
from tools.common.sentence import Sentence

_TEMPLATES: Final = (
    N_("Missing option {name}."),
    N_("Missing argument {name}."),
    N_("Missing option {name}. Choose from:\n\t{values}"),
    N_("Missing argument {name}. Choose from:\n\t{values}"),
    N_("Missing command."),
    N_("No such command {name}."),
    N_("No such command {name}. Did you mean {names}?"),
    N_("No such option: {name} (Possible options: {names})"),
    N_("No such option: {name}"),
    N_("Option {name} requires an argument."),
    N_("Option {name} does not take a value."),
    N_("Got unexpected extra argument(s) ({arguments})"),
    N_("Invalid value for {name}: {detail}"),
    N_("Value error, {value} is not one of {values}."),
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be greater than or equal to {limit}"),
    N_("Input should be less than or equal to {limit}"),
)


def in_words(sentence: str) -> Sentence:
    """What Typer says of wrong usage, as a message where its template is known."""
    for template, pattern in _PATTERNS:
        if found := pattern.fullmatch(sentence):
            values = {name: in_words(text) if name == "detail" else text for name, text in found.groupdict().items()}
            return Message(template, **values)
    return sentence


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)  # literals and names by turns
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if index % 2 else re.escape(part) for index, part in enumerate(parts)), re.DOTALL
    )


_PATTERNS: Final = [(template, _pattern(template)) for template in _TEMPLATES]
