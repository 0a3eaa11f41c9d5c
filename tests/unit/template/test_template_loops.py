"""Fn::ForEach and Fn::FindInMap of the template, carried out."""

from typing import Any

from tools.local_stack.loops import unrolled

MAPPINGS = {"Functions": {"Jobs": {"Log": "jobs"}, "Orders": {"Log": "orders"}}}


def resources(fragment: dict[str, Any]) -> dict[str, Any]:
    loop = {"Fn::ForEach::Some": ["Name", ["Jobs", "Orders"], fragment], "Other": {"Type": "T"}}
    found: dict[str, Any] = unrolled({"Mappings": MAPPINGS, "Resources": loop})["Resources"]
    return found


def test_loop_makes_a_resource_of_each_value() -> None:
    assert resources({"${Name}Alarm": {"Type": "A"}}) == {
        "JobsAlarm": {"Type": "A"},
        "OrdersAlarm": {"Type": "A"},
        "Other": {"Type": "T"},
    }


def test_loop_value_replaces_its_identifier() -> None:
    """In the text of a Fn::Sub, and behind a Ref."""
    found = resources({"${Name}Alarm": {"Of": {"Ref": {"Fn::Sub": "${Name}Function"}}, "By": [{"Ref": "Name"}]}})
    assert found["JobsAlarm"] == {"Of": {"Ref": "JobsFunction"}, "By": ["Jobs"]}


def test_unresolved_references_stay_as_they_are() -> None:
    found = resources({"${Name}Alarm": {"Log": {"Fn::Sub": "/${AWS::StackName}/${Name}"}, "By": {"Ref": "Other"}}})
    assert found["JobsAlarm"] == {"Log": {"Fn::Sub": "/${AWS::StackName}/Jobs"}, "By": {"Ref": "Other"}}


def test_a_look_into_a_mapping_is_answered() -> None:
    text = {"Fn::Sub": ["Read ${Log}", {"Log": {"Fn::FindInMap": ["Functions", {"Ref": "Name"}, "Log"]}}]}
    assert resources({"${Name}Alarm": text})["OrdersAlarm"] == {"Fn::Sub": ["Read ${Log}", {"Log": "orders"}]}


def test_mapping_outside_a_loop_keeps_the_type() -> None:
    template = {
        "Mappings": {"Thresholds": {"Alarm": {"Value": 0.5}}},
        "Resources": {
            "Alarm": {"Threshold": {"Fn::FindInMap": ["Thresholds", "Alarm", "Value"]}},
            "Other": {"Of": {"Fn::FindInMap": ["Thresholds", {"Ref": "Parameter"}, "Value"]}},
        },
    }
    assert unrolled(template)["Resources"] == {
        "Alarm": {"Threshold": 0.5},
        "Other": {"Of": {"Fn::FindInMap": ["Thresholds", {"Ref": "Parameter"}, "Value"]}},
    }
