"""Everything that an account stores or says in clear, for a search: each place with its text."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.dashboards.stack_logs import events_of

type Clients = Callable[[str], Any]  # the name of a service; a boto3 client of it, as the account's root


def stored_texts(clients: Clients, *files: Path) -> Iterator[tuple[str, str]]:
    """The names of the places and their texts, but for messages."""
    yield from _items(clients("dynamodb"))
    yield from _log_groups(clients("logs"))
    yield from _functions(clients("lambda"))
    yield from _stacks(clients("cloudformation"))
    for path in files:
        yield path.name, path.read_text(errors="replace")


def visible_messages(clients: Clients) -> Iterator[tuple[str, str]]:
    """The messages that are visible, of every queue. It takes them from there, so it is for the end."""
    sqs = clients("sqs")
    for page in sqs.get_paginator("list_queues").paginate():
        for url in page.get("QueueUrls", []):
            ask = {"QueueUrl": url, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"], "WaitTimeSeconds": 0}
            while messages := sqs.receive_message(**ask).get("Messages"):
                yield f"queue {url.rpartition('/')[2]}", repr(messages)
                for one in messages:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])


def _items(dynamodb: Any) -> Iterator[tuple[str, str]]:
    for listed in dynamodb.get_paginator("list_tables").paginate():
        for name in listed["TableNames"]:
            for page in dynamodb.get_paginator("scan").paginate(TableName=name):
                yield f"table {name}", repr(page["Items"])


def _log_groups(logs: Any) -> Iterator[tuple[str, str]]:
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in (one["logGroupName"] for one in page["logGroups"]):
            yield f"log group {group}", "\n".join(event["message"] for event in events_of(logs, group))


def _functions(functions: Any) -> Iterator[tuple[str, str]]:
    for page in functions.get_paginator("list_functions").paginate():
        for one in page["Functions"]:
            yield f"environment of {one['FunctionName']}", repr(one.get("Environment"))


def _stacks(cloudformation: Any) -> Iterator[tuple[str, str]]:
    for page in cloudformation.get_paginator("describe_stacks").paginate():
        for one in page["Stacks"]:
            yield f"outputs of {one['StackName']}", repr(one.get("Outputs"))
            yield f"parameters of {one['StackName']}", repr(one.get("Parameters"))
