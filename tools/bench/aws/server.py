"""The server: AWS's JSON protocols by the header `X-Amz-Target`, the partners, and paths of its own for the data.

It serves the tables that the first line of the standard input describes, on a free port, which it prints.
"""

import asyncio
import json
import sys
from binascii import crc32
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from herald.domain.clock import now
from tools.bench.aws import data
from tools.bench.aws.dynamodb import DynamoDb, OperationFailed
from tools.bench.aws.queues import Sqs, kms
from tools.bench.aws.schema import TableSchema, tables
from tools.bench.aws.values import plain
from tools.bench.partner_server import Partner, serve

type Request = Mapping[str, Any]

OURS = "/bench/"  # what stands behind it is not AWS's
INVOCATIONS = "/invocations"  # of Lambda: refused, so that a poll shares nothing and its process does all
PARTNER = "/partner/"  # the partners' addresses begin with it, on the same port


class Aws:
    """The services, and how often each operation was asked for."""

    def __init__(self, schemas: Mapping[str, TableSchema]) -> None:
        self.requests: Counter[str] = Counter()
        self.dynamodb, self.sqs = DynamoDb(schemas), Sqs()
        self._partner = Partner()
        self._services: dict[str, Callable[[str, Request], dict[str, Any]]] = {
            "DynamoDB_20120810": self.dynamodb.call,
            "AmazonSQS": self.sqs.call,
            "TrentService": kms,
        }
        self._own: dict[str, Callable[..., Any]] = {
            "partners": self.fill_partners,
            "due": self.fill_due,
            "delivered": self.fill_delivered,
            "books": self.books,
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The response to any request."""
        if request.path.startswith(PARTNER):
            return await self._partner.answer(request)
        if request.path.endswith(INVOCATIONS):
            return web.json_response({}, status=429, headers={"x-amzn-ErrorType": "TooManyRequestsException"})
        body = await request.read()
        if request.path.startswith(OURS):
            own = self._own[request.path.removeprefix(OURS)]
            return web.json_response(own(**json.loads(body)))
        service, _, operation = request.headers.get("X-Amz-Target", "").partition(".")
        self.requests[operation] += 1
        try:
            status, content = 200, self._services[service](operation, json.loads(body))
        except OperationFailed as failed:
            status, content = 400, failed.content
        text = json.dumps(content).encode()
        headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "0" * 52}
        if service.startswith("DynamoDB"):
            headers["x-amz-crc32"] = str(crc32(text))
        return web.Response(body=text, status=status, headers=headers)

    def fill_partners(self, count: int, url: str) -> None:
        """So many partners, whose addresses begin with `url`."""
        for partner, secret in data.partners(count, url):
            self.dynamodb.tables["PartnerTable"].load([partner])
            self.dynamodb.tables["SecretTable"].load([secret])

    def fill_due(self, first: int, count: int, among: int, spread: int) -> None:
        """New notifications, numbered from `first` on."""
        self.dynamodb.tables["NotificationTable"].load(data.due(first, count, among, now(), spread))

    def fill_delivered(self, count: int, spread: int) -> None:
        """Delivered notifications of one partner."""
        self.dynamodb.tables["NotificationTable"].load(data.delivered(count, now(), spread))

    def books(self) -> dict[str, Any]:
        """Requests by operation, read units, messages by queue, and notifications by state."""
        items = self.dynamodb.tables["NotificationTable"].items.values()
        return {
            "requests": self.requests,
            "readUnits": self.dynamodb.units,
            "sent": self.sqs.sent,
            "states": Counter(plain(item["state"]) for item in items),
        }


if __name__ == "__main__":
    asyncio.run(serve(Aws(tables(json.loads(sys.stdin.readline()))).answer))
