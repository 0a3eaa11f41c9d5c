"""The tests' AWS has the template's resources."""

from tests.support.aws.aws_stack import Aws


def test_tables_and_queues_match_the_template(aws: Aws) -> None:
    table = aws.dynamodb.describe_table(TableName="NotificationTable")["Table"]
    assert {
        index["IndexName"]: index["Projection"].get("NonKeyAttributes") for index in table["GlobalSecondaryIndexes"]
    } == {
        "due": ["turn"],
        "attention": ["turn", "reason"],
        "acceptance": None,
    }
    queue = aws.sqs.get_queue_attributes(QueueUrl=aws.refs["DeliveryQueue"], AttributeNames=["All"])["Attributes"]
    assert queue["VisibilityTimeout"] == "180"
    assert "PoisonQueue" in queue["RedrivePolicy"]


def test_environment_matches_the_template(aws: Aws) -> None:
    environment = aws.environment(LADDER="1s 2s")
    assert environment["NOTIFICATION_TABLE"] == "NotificationTable"
    assert environment["DELIVERY_QUEUE_URL"] == aws.refs["DeliveryQueue"]
    assert environment["LADDER"] == "1s 2s"
    assert environment["DISPATCH_EVERY"] == "5"
