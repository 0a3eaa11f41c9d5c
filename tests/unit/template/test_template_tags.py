"""Costs can be told apart: whatever can bear tags bears the application's and the stage's."""

import re
import tomllib
from typing import Any

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped] # it ships no types

from tests.support.docs.processed_template import processed
from tests.support.docs.template import TEMPLATE
from tools.local_engine.environment import ROOT

EXPECTED = {"Application": "Herald", "Stage": {"Ref": "Stage"}}
RESOURCES = processed()["Resources"]


def can_bear_tags(kind: str) -> bool:
    """By CloudFormation's registry, as cfn-lint carries it."""
    return "Tags" in PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["properties"]


# SAM makes it of an event and hands no tags on; it costs nothing by itself.
NOT_BY_SAM = {"AWS::Lambda::EventSourceMapping"}
KINDS = {kind for kind in {one["Type"] for one in RESOURCES.values()} if can_bear_tags(kind)}
TAGGABLE = {name for name, one in RESOURCES.items() if one["Type"] in KINDS - NOT_BY_SAM}


def tags_of(resource: dict[str, Any]) -> dict[str, Any]:
    """As a map, whether they stand as one, as a list, or in the description of an API."""
    properties = resource.get("Properties", {})
    if "Body" in properties:
        return {tag["name"]: tag["x-amazon-apigateway-tag-value"] for tag in properties["Body"]["tags"]}
    tags = properties.get("Tags", {})
    return tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


def test_more_than_half_of_the_resources_take_tags() -> None:
    assert len(TAGGABLE) > len(RESOURCES) / 2


@pytest.mark.parametrize("name", sorted(TAGGABLE))
def test_resource_that_takes_tags_has_both(name: str) -> None:
    tags = tags_of(RESOURCES[name])
    assert {key: tags.get(key) for key in EXPECTED} == EXPECTED


# ── A ceiling for what is written ──


def test_write_ceiling_follows_the_parameter() -> None:
    assert TEMPLATE["Parameters"]["MaxWritesPerSecond"]["Default"] == "0"
    assert TEMPLATE["Conditions"]["HasWriteCeiling"] == {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "MaxWritesPerSecond"}, "0"]}]
    }
    ceiling = {"MaxWriteRequestUnits": {"Ref": "MaxWritesPerSecond"}}
    table = RESOURCES["NotificationTable"]["Properties"]
    assert table["OnDemandThroughput"] == {"Fn::If": ["HasWriteCeiling", ceiling, {"Ref": "AWS::NoValue"}]}


def test_notification_table_is_paid_per_request() -> None:
    """A ceiling by OnDemandThroughput is for this billing mode only (DynamoDB, CreateTable)."""
    assert RESOURCES["NotificationTable"]["Properties"]["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("value", ["0", "1", "40", "4000", "999999"])
def test_a_ceiling_is_a_whole_number_of_units(value: str) -> None:
    assert re.fullmatch(TEMPLATE["Parameters"]["MaxWritesPerSecond"]["AllowedPattern"], value)


@pytest.mark.parametrize("value", ["", "-1", "01", "1.5", "1000000", "many", "4 000"])
def test_other_ceilings_are_refused(value: str) -> None:
    assert not re.fullmatch(TEMPLATE["Parameters"]["MaxWritesPerSecond"]["AllowedPattern"], value)


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_deploy_tags_the_stack(stage: str) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    deploy = config["default" if stage == "dev" else stage]["deploy"]["parameters"]
    assert deploy["tags"] == ["Application=Herald", f"Stage={stage}"]
