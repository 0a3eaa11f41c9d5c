"""Costs can be split by tags: every resource that takes tags has the application's and the stage's."""

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


def takes_tags(kind: str) -> bool:
    """Whether it has the property, by CloudFormation's registry in cfn-lint."""
    return "Tags" in PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["properties"]


# SAM generates it from an event without tags; it has no cost of its own.
NOT_BY_SAM = {"AWS::Lambda::EventSourceMapping"}
KINDS = {kind for kind in {one["Type"] for one in RESOURCES.values()} if takes_tags(kind)}
TAGGABLE = {name for name, one in RESOURCES.items() if one["Type"] in KINDS - NOT_BY_SAM}


def tags_of(resource: dict[str, Any]) -> dict[str, Any]:
    """As a map; a resource has them as a map, as a list, or in an API's Body."""
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


def test_a_ceiling_is_refused_with_provisioned_capacity() -> None:
    """OnDemandThroughput is for the other billing mode only (DynamoDB, CreateTable)."""
    rule = TEMPLATE["Rules"]["CeilingIsOfRequests"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "BillingMode"}, "PROVISIONED"]}
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "MaxWritesPerSecond"}, "0"]}


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
