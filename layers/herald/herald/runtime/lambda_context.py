"""What the handlers use of the context object that Lambda passes to them."""

from typing import Protocol


class LambdaContext(Protocol):
    """The part of Lambda's context object that Herald reads."""

    function_name: str  # of the function itself

    def get_remaining_time_in_millis(self) -> int:
        """How many milliseconds are left until Lambda ends the invocation."""
