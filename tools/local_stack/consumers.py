"""How many messages the functions take at once: on AWS what the template says, here what the machine can do."""

import os
from collections.abc import Mapping

from tools.local_engine.engine import Engine

LEAST = 2  # AWS allows no smaller MaximumConcurrency


def at_once(wanted: int) -> int:
    """So many instances of a function at once, where the template wants `wanted`: at most one a processor."""
    return min(wanted, max(LEAST, os.process_cpu_count() or LEAST))


def suit_the_machine(engine: Engine, functions: Mapping[str, str]) -> None:
    """Bounds the MaximumConcurrency of each queue's consumer; `functions` are the physical names.

    Each instance is a process with imports of its own. Fifty that start on two processors keep the API's functions from
    answering: submissions are refused, and those that are not come at a quarter of the rate.
    """
    lambdas = engine.client("lambda")
    for name in functions.values():
        for mapping in lambdas.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
            wanted = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
            if wanted and at_once(wanted) != wanted:
                lambdas.update_event_source_mapping(
                    UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": at_once(wanted)}
                )
