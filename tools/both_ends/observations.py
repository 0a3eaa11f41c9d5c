"""What is looked up in a stack while and after a run."""

from herald.runtime.metric_names import Metric
from tools.cloudwatch.log_lines import embedded
from tools.dashboards.stack_logs import events_of
from tools.demo.environment import DemoEnvironment

_IS_DELIVERED = {
    "FilterExpression": "#state = :delivered",
    "ExpressionAttributeNames": {"#state": "state"},
    "ExpressionAttributeValues": {":delivered": {"S": "delivered"}},
}


def delivered(environment: DemoEnvironment) -> int:
    """How many notifications of the stack are delivered."""
    table = environment.stack.tables["NotificationTable"]
    pages = environment.engine.client("dynamodb").get_paginator("scan")
    return sum(page["Count"] for page in pages.paginate(TableName=table, Select="COUNT", **_IS_DELIVERED))


def repeats_recognised(environment: DemoEnvironment) -> int:
    """How many of its senders' requests the inbound function acknowledged without storing them again, by its metric."""
    group = f"/herald/{environment.stack.stack_name}/inbound"
    lines = (event["message"] for event in events_of(environment.engine.client("logs"), group))
    measured = (one for line in lines if '"_aws"' in line for one in embedded(line))
    return sum(round(sum(values)) for metric, _, values in measured if metric.name == Metric.DUPLICATES.title)
