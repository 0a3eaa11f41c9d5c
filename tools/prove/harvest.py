"""What a soak leaves: read from the partners' record, the tables, the queues, the API and the engine's log."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from threading import Event
from typing import Any, Final

from herald.domain.clock import SECOND
from herald.domain.notification import Notification
from herald.store.attribute_values import from_wire
from herald.store.items.notification_item import from_item
from tools.common.stack.herald_command import AuditFailed, run_audit, run_herald
from tools.prove.books.evidence import Decision, Evidence, Post
from tools.prove.books.signature import signed_at
from tools.prove.journal import What
from tools.prove.partners import ATTEMPT_TIMEOUT, PARTNERS, Partner
from tools.prove.stand import CLOCKS_APART, DELIVERER, LADDER, Stand
from tools.sample_partner import Received

_TIMED_OUT: Final = re.compile(r"Lambda (?P<function>\S+) timed out after")
_TEST: Final = b'"testNotify"'
_READ_EVERY: Final = 0.5  # seconds


def evidence(stand: Stand, decisions: Sequence[Decision], jumped_at: int) -> Evidence:
    """Everything that is judged."""
    accepted, stored = stand.ledger.accepted(), _stored(stand)
    by_digest = {name.rpartition("_")[2]: name for name in (*accepted, *stored)}
    return Evidence(
        ladder=LADDER,
        accepted=accepted,
        posts=_posts(stand),
        stored=stored,
        decisions=decisions,
        kills=_kills(stand),
        write_faults=_write_faults(stand, by_digest),
        breaker_opened_at=dict(_openings(stand)),
        jumped_at=jumped_at,
        clocks_apart=CLOCKS_APART,
        attempt_timeout=ATTEMPT_TIMEOUT * SECOND,
        poison=_poison(stand),
        damages=_damages(stand),
    )


def progress(stand: Stand) -> str:
    """How far the soak has come, in a few words."""
    counts = {what: len(stand.journal.entries(what)) for what in (What.KILL, What.FAULT)}
    posts = sum(len(stand.server.received(partner.path)) for partner in PARTNERS)
    accepted = len(stand.ledger.accepted())
    return f"{accepted} accepted, {posts} POSTs, {counts[What.KILL]} kills, {counts[What.FAULT]} faults"


def unfinished(stand: Stand) -> int:
    """How many wait, are held, or failed without a certain alert; and how many jobs run."""
    scan = _client(stand, "dynamodb").get_paginator("scan")
    pages = scan.paginate(
        TableName=stand.environment.stack.tables["NotificationTable"],
        Select="COUNT",
        ConsistentRead=True,
        FilterExpression="attribute_exists(lane) OR #state = :held",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":held": {"S": "held"}},
    )
    left: int = sum(page["Count"] for page in pages)
    jobs = stand.environment.api("operator").jobs(limit=50)["items"]
    return left + len([job for job in jobs if job["state"] == "running"])


def shown(stand: Stand, name: str) -> str:
    """What `herald show` prints of a notification."""
    stack = stand.environment.stack
    access = {"HERALD_API_URL": stack.api_url, "HERALD_KEY": stack.keys["operator"]}
    done = run_herald({**stand.environment.engine.environment(), **access}, "show", name)
    return done.stdout or done.stderr


def watch_time_limits(stand: Stand, stopped: Event) -> None:
    """Notes in the journal each process that the engine ends at its function's time limit."""
    names = {physical: logical for logical, physical in stand.environment.stack.functions.items()}
    with stand.environment.engine.log.open(errors="replace") as log:
        while not stopped.wait(_READ_EVERY):
            for line in log:
                if found := _TIMED_OUT.search(line):
                    logical = names.get(found["function"], found["function"])
                    stand.journal.note(What.TIME_LIMIT, logical, logical)


def _posts(stand: Stand) -> dict[str, list[Post]]:
    found: defaultdict[str, list[Post]] = defaultdict(list)
    for partner, received in _received(stand):
        if _TEST not in received.body:
            post = Post.of(received, partner.number, signed_at(received, stand.secrets[partner.number]))
            found[post.id].append(post)
    return dict(found)


def _received(stand: Stand) -> Iterator[tuple[Partner, Received]]:
    for partner in PARTNERS:
        for received in stand.server.received(partner.path):
            yield partner, received


def _stored(stand: Stand) -> dict[str, Notification]:
    table = stand.environment.stack.tables["NotificationTable"]
    pages = _client(stand, "dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    items = (from_item(from_wire(item)) for page in pages for item in page["Items"])
    return {str(one.id): one for one in items}


def _kills(stand: Stand) -> list[int]:
    return [one.at for one in stand.journal.entries(What.KILL, What.TIME_LIMIT) if one.kind == DELIVERER]


def _write_faults(stand: Stand, by_digest: dict[str, str]) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for entry in stand.journal.entries(What.FAULT):
        if entry.detail == "UpdateItem":
            for digest in entry.about:
                if digest in by_digest:
                    found[by_digest[digest]].append(entry.at)
    return dict(found)


def _openings(stand: Stand) -> Iterator[tuple[int, int]]:
    """When a partner's breaker opened first, with what the functions' clocks are apart."""
    for partner in PARTNERS:
        history = stand.environment.api("operator").partner(partner.number)["history"]
        moments = [datetime.fromisoformat(one["at"]).timestamp() for one in history if one["action"] == "open breaker"]
        if moments:
            yield partner.number, round(min(moments) * SECOND) - CLOCKS_APART


def _poison(stand: Stand) -> dict[str, int]:
    sqs, name = _client(stand, "sqs"), "ApproximateNumberOfMessages"
    urls = {logical: url for logical, url in stand.environment.stack.queues.items() if logical.endswith("PoisonQueue")}
    return {
        logical: int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
        for logical, url in urls.items()
    }


def _damages(stand: Stand) -> list[tuple[str | None, str]]:
    """What `herald audit` finds."""
    environment, name = stand.environment.engine.environment(), stand.environment.stack.stack_name
    try:
        damages = run_audit(environment, name)["damages"]
    except AuditFailed as failed:
        return [(None, str(failed))]
    return [(one["notification"], f"not true: {one['rule']}") for one in damages]


def _client(stand: Stand, service: str) -> Any:  # noqa: ANN401 - which class it is depends on the name
    return stand.environment.engine.client(service)
