"""A server of prepared answers in place of DynamoDB, SQS and Lambda, for measuring a poll.

It is fast where a real engine is not, so that what is measured is the poll. It keeps the items of DispatchTable, counts
the messages, and has each invocation carried out by a process of its own, as Lambda does. Prints its port:
`python -m tools.scale.measured.canned_aws <due> <since> <delay> <shared>`.
"""

import asyncio
import hashlib
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tools.scale.measured.due_rows import DueRows
from tools.scale.measured.processes import FunctionProcesses

_INVOCATIONS = "/2015-03-31/functions/{name}/invocations"
_JSON = "application/x-amz-json-1.0"
_PREPARED = {
    "Query": '{"Items":[],"Count":0}',
    "Scan": '{"Items":[],"Count":0}',
    "PutItem": "{}",
    "DeleteItem": "{}",
    "GetQueueAttributes": '{"Attributes":{"ApproximateNumberOfMessages":"0"}}',
}


@dataclass
class CannedAws:
    """The answers, and what was asked for. `delay` (s) is the time that each request to SQS and DynamoDB takes."""

    rows: DueRows
    processes: FunctionProcesses
    delay: float
    shared: bool
    items: dict[str, Any] = field(default_factory=dict)
    messages: int = 0
    different: set[str] = field(default_factory=set)
    first_at: float = 0.0
    last_at: float = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        """To a request in the JSON protocols of DynamoDB and SQS."""
        operation = request.headers["x-amz-target"].partition(".")[2]
        asked = await request.json()
        if self.delay:
            await asyncio.sleep(self.delay)
        return web.Response(text=self._answer(operation, asked), content_type=_JSON)

    async def invoke(self, request: web.Request) -> web.Response:
        """An invocation of the dispatcher; one for a share is refused where polls are not shared."""
        event = await request.text()
        if "share" in event and not self.shared:
            return web.Response(status=429, headers={"x-amzn-ErrorType": "TooManyRequestsException"}, text="{}")
        return web.Response(text=await self.processes.invoke(event))

    async def figures(self, _request: web.Request) -> web.Response:
        """What was asked for so far, and what the processes took."""
        return web.json_response(
            {
                "messages": self.messages,
                "different": len(self.different),
                "first_at": self.first_at,
                "last_at": self.last_at,
                "processes": self.processes.figures(),
            }
        )

    def _answer(self, operation: str, asked: dict[str, Any]) -> str:
        match operation:
            case "Query" if asked["IndexName"] == "due":
                return self.rows.answer(asked)
            case "SendMessageBatch":
                return self._send(asked["Entries"])
            case "GetItem":
                item = self.items.get(asked["Key"]["name"]["S"])
                return json.dumps({"Item": item} if item else {})
            case "PutItem":
                self.items[asked["Item"]["name"]["S"]] = asked["Item"]
        return _PREPARED[operation]

    def _send(self, entries: list[dict[str, Any]]) -> str:
        self.last_at = time.time()
        self.first_at = self.first_at or self.last_at
        self.messages += len(entries)
        self.different.update(entry["MessageBody"] for entry in entries)
        sent = [
            {
                "Id": entry["Id"],
                "MessageId": f"m-{self.messages}-{entry['Id']}",
                "MD5OfMessageBody": hashlib.md5(entry["MessageBody"].encode(), usedforsecurity=False).hexdigest(),
            }
            for entry in entries
        ]
        return json.dumps({"Successful": sent, "Failed": []})


async def serve(count: int, since: int, delay: float, *, shared: bool) -> None:
    """Serves on a free port of 127.0.0.1 until its standard input is closed."""
    processes = FunctionProcesses()
    canned = CannedAws(DueRows(count, since), processes, delay, shared)
    app = web.Application(client_max_size=8 * 2**20)
    app.add_routes(
        [
            web.get("/figures", canned.figures),
            web.post(_INVOCATIONS, canned.invoke),
            web.post("/{tail:.*}", canned.answer),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    processes.endpoint = f"http://127.0.0.1:{port}"
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await processes.end()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), shared=sys.argv[4] == "shared"))
