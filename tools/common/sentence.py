"""A sentence for people: a message, which is written in the language of the command, or a text as it is."""

from collections.abc import Sequence

from herald.languages.current import Translatable, localized
from herald.languages.message import Message
from herald.languages.words import Words

type Sentence = Translatable | str  # a text comes from outside, and is in whatever language it was written


def told(sentence: Sentence) -> str:
    """The sentence in the current language."""
    return sentence if isinstance(sentence, str) else localized(sentence)


def word(words: Words, value: str) -> Sentence:
    """The word for a value of the API; the value itself where only a newer API knows it."""
    return Message(words[value]) if value in words else value


def listed(sentences: Sequence[Sentence]) -> Sentence:
    """The sentences (at least one) as a list in one line, in the order given."""
    whole = sentences[0]
    for sentence in sentences[1:]:
        whole = Message("{list}, {item}", list=whole, item=sentence)
    return whole
