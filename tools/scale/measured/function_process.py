"""The dispatcher in a process: an event on each line of its input, what it returned on each line of its output.

`python -m tools.scale.measured.function_process`. What the function itself prints (log, metrics) is left out.
"""

import json
import os
import resource
import sys
import time
from dataclasses import dataclass, field

from dispatcher import app
from herald.domain.clock import SECOND, now

_TIME_LIMIT = 240 * SECOND  # as the template has it


@dataclass
class _Context:
    function_name: str = "dispatcher"
    memory_limit_in_mb: int = 1769
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:dispatcher"
    aws_request_id: str = "measurement"
    ends_at: int = field(default_factory=lambda: now() + _TIME_LIMIT)

    def get_remaining_time_in_millis(self) -> int:
        return self.ends_at - now()


def main() -> None:
    """Until its input ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the log and the metrics
    for line in sys.stdin:
        began, used = time.perf_counter(), time.process_time()
        returned = app.handler(json.loads(line), _Context())
        figures = {
            "event": next(iter(json.loads(line)), "poll"),
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - used,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        answers.write(json.dumps({"returned": returned, "figures": figures}) + "\n")


if __name__ == "__main__":
    main()
