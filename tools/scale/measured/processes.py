"""Processes that carry out invocations of the dispatcher, as Lambda's execution environments: one at a time, kept."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass, field
from typing import Any

_SETTINGS = {
    **{f"{name}_TABLE": f"{name.title()}Table" for name in ("NOTIFICATION", "PARTNER", "KEY", "DISPATCH", "JOB")},
    "SECRET_TABLE": "SecretTable",
    "SECRET_KEY": "arn:aws:kms:eu-central-1:123456789012:key/SecretKey",
    "ALERT_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:AlertTopic",
    "LADDER": "3m 6m 12m",
    "POWERTOOLS_SERVICE_NAME": "herald",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
_QUEUES = ("DELIVERY", "DEAD_LETTER", "JOB")


@dataclass
class _Environment:
    """One process."""

    process: asyncio.subprocess.Process
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    figures: dict[str, Any] = field(default_factory=dict)
    busy: bool = True

    async def invoke(self, event: str) -> str:
        self.stdin.write(event.encode() + b"\n")
        await self.stdin.drain()
        answer = json.loads(await self.stdout.readline())
        self.figures = answer["figures"]
        return json.dumps(answer["returned"])


@dataclass
class FunctionProcesses:
    """All of them; one more is started where none is free."""

    endpoint: str = ""
    all: list[_Environment] = field(default_factory=list)

    async def invoke(self, event: str) -> str:
        """What the function returned, as JSON."""
        free = next((one for one in self.all if not one.busy), None)
        if free is None:
            free = await self._start()
            self.all.append(free)
        free.busy = True
        try:
            return await free.invoke(event)
        finally:
            free.busy = False

    def figures(self) -> list[dict[str, Any]]:
        """Of each process: CPU seconds of its last invocation, and the largest size of its memory (MB)."""
        return [one.figures for one in self.all]

    async def end(self) -> None:
        """Ends all of them."""
        for one in self.all:
            one.stdin.close()
            await one.process.wait()

    async def _start(self) -> _Environment:
        queues = {f"{name}_QUEUE_URL": f"{self.endpoint}/123456789012/{name.title()}Queue" for name in _QUEUES}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tools.scale.measured.function_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **_SETTINGS, **queues, "AWS_ENDPOINT_URL": self.endpoint},
            limit=2**20,
        )
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process without pipes")
        return _Environment(process, process.stdin, process.stdout)
