"""The stack that is examined: its resources by kind, and AWS's clients."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import boto3

from tools.common.stack.stack_resources import Deployed


@dataclass(frozen=True)
class StackInspection:
    """One stack at one moment (ms since the epoch)."""

    deployed: Deployed
    now: int
    api_url: str | None = None  # where it is known; else the stack's output says it
    key: str | None = field(default=None, kw_only=True)  # an operator's, where it is known

    @cached_property
    def name(self) -> str:
        """The stack's name."""
        return self.deployed.name

    def client(self, service: str) -> Any:  # noqa: ANN401 - which class it is depends on the name
        """AWS's client, with the present credentials and region."""
        return boto3.client(service)  # type: ignore[call-overload] # as above

    def of_kind(self, wanted: Callable[[str], bool]) -> dict[str, str]:
        """The physical names by logical id, of the logical ids that are wanted."""
        return {name: physical for name, physical in self.deployed.resources.items() if wanted(name)}

    @cached_property
    def functions(self) -> dict[str, str]:
        """All functions."""
        return self.of_kind(lambda name: name.endswith("Function"))

    @cached_property
    def poison_queues(self) -> dict[str, str]:
        """The queues that nothing consumes: something in one of them is a matter for a person."""
        return self.of_kind(lambda name: name.endswith(("PoisonQueue", "FailureQueue")))
