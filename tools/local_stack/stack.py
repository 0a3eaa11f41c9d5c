"""What is deployed, as everybody on this machine reads it: `.local/stack.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tools.local_engine.engine import Engine

_KINDS = {
    "AWS::Lambda::Function": "functions",
    "AWS::SQS::Queue": "queues",
    "AWS::DynamoDB::Table": "tables",
    "AWS::SNS::Topic": "topics",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Where it answers, and the physical names by their logical ids: queues by URL, topics by ARN."""

    api_url: str
    engine_url: str
    region: str
    functions: dict[str, str]
    queues: dict[str, str]
    tables: dict[str, str]
    topics: dict[str, str]
    keys: dict[str, str]
    stack_name: str = "herald"
    console_url: str = ""  # for a browser

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `save` wrote. Raises `FileNotFoundError`."""
        return cls(**json.loads(path.read_text()))

    def save(self, path: Path) -> None:
        """Writes it for the owner only: the keys are in it."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")


def resources(engine: Engine, stack_name: str) -> list[dict[str, Any]]:
    """Every resource of the stack, as CloudFormation tells it."""
    pages = engine.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return [resource for page in pages for resource in page["StackResourceSummaries"]]


def physical_names(found: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """The physical names of what has a place in stack.json, by kind and logical id."""
    names: dict[str, dict[str, str]] = {kind: {} for kind in _KINDS.values()}
    for resource in found:
        if kind := _KINDS.get(resource["ResourceType"]):
            names[kind][resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    return names
