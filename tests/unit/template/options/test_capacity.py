"""With provisioned capacity NotificationTable and its indexes follow the load; by default nothing of it is made."""

import re

import pytest

from tests.support.aws_template.sam import translated
from tests.support.aws_template.stack import Stack
from tests.support.docs.template import TABLE, TEMPLATE, of_type

TARGETS, POLICIES = of_type("ApplicationAutoScaling::ScalableTarget"), of_type("ApplicationAutoScaling::ScalingPolicy")
PARAMETERS = ("MinWriteCapacity", "MaxWriteCapacity", "MinReadCapacity", "MaxReadCapacity")
INDEXES = [one["IndexName"] for one in TABLE["NotificationTable"]["GlobalSecondaryIndexes"]]
PROVISIONED = Stack(
    translated(), {"BillingMode": "PROVISIONED", "MinWriteCapacity": "7", "MaxReadCapacity": "90"}
).resources()


def test_nothing_is_provisioned_by_default() -> None:
    made = Stack(translated(), {}).resources()
    table = made["NotificationTable"]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert "Provisioned" not in str(table)
    assert not {*TARGETS, *POLICIES} & {*made}


def test_table_and_each_index_begin_with_the_least() -> None:
    table = PROVISIONED["NotificationTable"]["Properties"]
    assert table["BillingMode"] == "PROVISIONED"
    least = {"WriteCapacityUnits": "7", "ReadCapacityUnits": "5"}
    assert [one["ProvisionedThroughput"] for one in (table, *table["GlobalSecondaryIndexes"])] == [least] * 4


def test_reads_and_writes_of_table_and_each_index_are_scaled() -> None:
    scaled = {
        (one["ResourceId"], one["ScalableDimension"], one["MinCapacity"], one["MaxCapacity"])
        for one in (PROVISIONED[name]["Properties"] for name in TARGETS)
    }
    places = {"table/NotificationTable": "table"} | {f"table/NotificationTable/index/{one}": "index" for one in INDEXES}
    bounds = {"Write": ("7", "4000"), "Read": ("5", "90")}
    assert scaled == {
        (place, f"dynamodb:{kind}:{verb}CapacityUnits", *bounds[verb])
        for place, kind in places.items()
        for verb in bounds
    }


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_policy_scales_its_own_target_by_the_measured_use(name: str) -> None:
    policy = PROVISIONED[name]["Properties"]
    assert policy["ScalingTargetId"] == name.replace("Scaling", "Capacity")
    verb = "Write" if "Write" in name else "Read"
    assert PROVISIONED[policy["ScalingTargetId"]]["Properties"]["ScalableDimension"].endswith(f"{verb}CapacityUnits")
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    metric = tracking["PredefinedMetricSpecification"]["PredefinedMetricType"]
    assert (metric, tracking["TargetValue"]) == (f"DynamoDB{verb}CapacityUtilization", "60")


def test_the_names_of_policies_differ() -> None:
    assert len({PROVISIONED[name]["Properties"]["PolicyName"] for name in POLICIES}) == len(TARGETS) == 8


def test_no_role_is_named_because_the_service_has_its_own() -> None:
    """Application Auto Scaling's guide: for DynamoDB it uses AWSServiceRoleForApplicationAutoScaling_DynamoDBTable."""
    assert not [name for name, one in TARGETS.items() if "RoleARN" in one]


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_capacity_is_a_whole_number(name: str) -> None:
    pattern = re.compile(TEMPLATE["Parameters"][name]["AllowedPattern"])
    assert all(pattern.fullmatch(text) for text in ("1", "5", "4000", "40000"))
    assert not any(pattern.fullmatch(text) for text in ("0", "", "05", "1.5", "-1", "100000"))


def test_a_utilization_is_what_dynamodb_allows() -> None:
    """From 20 to 90 per cent (Developer Guide, "Managing throughput capacity automatically")."""
    pattern = re.compile(TEMPLATE["Parameters"]["TargetUtilization"]["AllowedPattern"])
    assert [number for number in range(1000) if pattern.fullmatch(str(number))] == list(range(20, 91))
