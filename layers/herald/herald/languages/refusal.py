"""What is refused, with a sentence for whoever asked for it. Pure."""

from herald.languages.message import Message


class Refusal(Exception):
    """Why a request, a text or an action is refused, and the remedy. `str` is the sentence in English, for logs."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
