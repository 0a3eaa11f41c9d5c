"""What is measured of the functions, each in a process of its own. All times are in seconds."""

import json
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from tools.bench.herald.bench_aws import books, fill_delivered, fill_due
from tools.bench.herald.example import FIRST_PARTNER, partner_of, payload_of, public_id
from tools.bench.herald.invocation import Function, WrongResult
from tools.bench.herald.stopwatch import peak_memory

BATCH = 10  # messages; the template's `BatchSize` of the deliverer
WEEK = timedelta(days=7)


def deliveries(first: int, count: int, warm: int, partners: int) -> dict[str, float]:
    """Batches of ten messages through the deliverer; the partners answer `success`."""
    fill_due(first, warm + count, partners)
    function = Function("deliverer", lambda result: result == {"batchItemFailures": []})
    ids = [public_id(number, partners) for number in range(first, first + warm + count)]
    events = [_batch(some) for some in batched(ids, BATCH, strict=False)]
    before = books()["states"].get("delivered", 0)
    function.invoke_all(events[: warm // BATCH])
    measured = function.invoke_all(events[warm // BATCH :])
    _require(books()["states"].get("delivered", 0) - before, warm + count)
    return function.figures(measured, count)


def submissions(first: int, count: int, warm: int, partners: int) -> dict[str, float]:
    """Submissions of new notifications through the receiver, one for each invocation."""
    function = Function("receiver", lambda result: (result["statusCode"], result["body"]) == (200, "success"))
    numbers = range(first, first + warm + count)
    events = [_post(payload_of(partner_of(number, partners), f"submitted-{number}")) for number in numbers]
    before = books()["requests"].get("PutItem", 0)
    function.invoke_all(events[:warm])
    measured = function.invoke_all(events[warm:])
    _require(books()["requests"].get("PutItem", 0) - before, warm + count)
    return function.figures(measured, count)


def poll(first: int, count: int, partners: int) -> dict[str, float]:
    """One poll over so many that are due, after one that found nothing."""
    function = Function("dispatcher", lambda result: result["ran"] and result["finished"])
    function.invoke("{}")
    fill_due(first, count, partners)
    before, memory = books()["sent"].get("DeliveryQueue", 0), peak_memory()
    measured = function.invoke_all(["{}"])
    _require(books()["sent"].get("DeliveryQueue", 0) - before, count)
    return {**function.figures(measured, count), "memoryBefore": memory, "memory": peak_memory()}


def partner_list(count: int, limit: int, repeats: int) -> dict[str, Any]:
    """Pages of a partner's list of so many in seven days: at its beginning, in its middle, and near its end."""
    fill_delivered(count, round(WEEK.total_seconds() * 1000))
    now = datetime.now(UTC)
    function = Function("operator_api", lambda result: result["statusCode"] == 200)  # noqa: PLR2004 - HTTP's
    page = WEEK * limit / count
    places = {"first": now + page, "middle": now - WEEK / 2, "last": now - WEEK + page}
    return {name: _page(function, now - WEEK, until, limit, repeats) for name, until in places.items()}


TASKS = {one.__name__: one for one in (deliveries, submissions, poll, partner_list)}


def _page(function: Function, since: datetime, until: datetime, limit: int, repeats: int) -> dict[str, float]:
    query = {"partnerId": str(FIRST_PARTNER), "from": since.isoformat(), "to": until.isoformat(), "limit": str(limit)}
    event = _request("GET", "/notifications", "operator", queryStringParameters=query)
    result = function.invoke(event)
    items = len(json.loads(result["body"])["items"])
    before = books()
    measured = function.invoke_all([event] * repeats)
    after = books()
    return {
        "count": repeats,
        "cpu": measured.cpu,
        "wall": measured.wall,
        "items": items,
        "requests": (sum(after["requests"].values()) - sum(before["requests"].values())) / repeats,
        "readUnits": (after["readUnits"] - before["readUnits"]) / repeats,
    }


def _require(done: int, wanted: int) -> None:
    if done != wanted:
        raise WrongResult(f"{done} instead of {wanted}")


def _batch(ids: tuple[str, ...]) -> str:
    """The event of a batch, as the queue's poller has it."""
    records = [
        {
            "messageId": f"message-{n}",
            "receiptHandle": f"receipt-{n}",
            "body": json.dumps({"id": one, "turn": 1}, separators=(",", ":")),
            "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": one.partition("_")[0]},
            "messageAttributes": {},
            "md5OfBody": "",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:DeliveryQueue",
            "awsRegion": "us-east-1",
        }
        for n, one in enumerate(ids)
    ]
    return json.dumps({"Records": records})


def _post(payload: str) -> str:
    return _request("POST", "/notifications", "publisher", body=payload)


def _request(method: str, path: str, role: str, **more: object) -> str:
    """The event of a request, in the HTTP API's format 2.0."""
    event = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "accept-encoding": "gzip", "user-agent": "publisher/1.0"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "authorizer": {"lambda": {"role": role, "name": "bench"}},
            "domainName": "api.execute-api.us-east-1.amazonaws.com",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1"},
            "requestId": "request-1",
            "stage": "$default",
        },
        "isBase64Encoded": False,
        **more,
    }
    return json.dumps(event)
