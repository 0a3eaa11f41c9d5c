"""A threshold is one entry in the template: the alarm and its sentence read it, the dashboard's line repeats it.

The line is a number written out, because CloudFormation documents a mapping's values as strings, and a string in
quotes is no line to CloudWatch. `test_dashboards.py` compares each line with its alarm.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from samcli.lib.cfn_language_extensions.sam_integration import (  # type: ignore[import-untyped] # it ships no types
    expand_language_extensions,
)

from tests.support.docs.template import ALARM, TEMPLATE, sentence
from tests.support.paths import DOCS
from tools.local_stack.loops import unrolled
from tools.local_stack.template import read_template

WRITTEN = read_template()
THRESHOLDS: dict[str, dict[str, Any]] = WRITTEN["Mappings"]["Thresholds"]
IN_WORDS = [name for name, one in THRESHOLDS.items() if "Words" in one]
NUMBERS = {"ten minutes": 600, "a hundred": 100, "half": 0.5, "three quarters": 0.75, "four fifths": 80}
OPERATIONS = (DOCS / "operations.md").read_text(encoding="utf-8")

type Path = tuple[str | int, ...]


@cache
def changed_by(entry: str, key: str) -> set[Path]:
    """The places in the resources that change with this value of this entry."""
    mappings = deepcopy(WRITTEN["Mappings"])
    mappings["Thresholds"][entry][key] = "another"
    return {*differences(TEMPLATE["Resources"], unrolled({**WRITTEN, "Mappings": mappings})["Resources"])}


def differences(one: Any, other: Any, path: Path = ()) -> Iterator[Path]:
    """The places at which two trees of the same form differ."""
    if one == other:
        return
    if isinstance(one, dict | list):
        for key in one if isinstance(one, dict) else range(len(one)):
            yield from differences(one[key], other[key], (*path, key))
    else:
        yield path


def alarms_of(entry: str) -> set[Any]:
    """The logical ids of the alarms whose threshold is this entry."""
    return {path[0] for path in changed_by(entry, "Value") if path[1:] == ("Properties", "Threshold")}


@pytest.mark.parametrize("entry", THRESHOLDS)
def test_a_value_moves_its_alarms_and_nothing_else(entry: str) -> None:
    assert {path[1:] for path in changed_by(entry, "Value")} <= {("Properties", "Threshold")}


def test_every_alarm_has_one_entry() -> None:
    found = [name for entry in THRESHOLDS for name in alarms_of(entry)]
    by_function = {name for name in ALARM if name.endswith("DurationAlarm")}  # in ms of each function's own time limit
    assert sorted(found) == sorted(set(ALARM) - by_function)


@pytest.mark.parametrize("entry", IN_WORDS)
def test_the_words_say_the_value(entry: str) -> None:
    assert NUMBERS[THRESHOLDS[entry]["Words"]] == THRESHOLDS[entry]["Value"]


@pytest.mark.parametrize("entry", IN_WORDS)
def test_words_are_in_the_sentence_of_each_alarm(entry: str) -> None:
    alarms = alarms_of(entry) or {name for name in ALARM if name.endswith(entry.removesuffix("s"))}
    assert {path[0] for path in changed_by(entry, "Words")} == alarms
    assert all(THRESHOLDS[entry]["Words"] in sentence(ALARM[name]["AlarmDescription"]) for name in alarms)


def test_an_alarm_without_words_names_no_number() -> None:
    """Its threshold is 1: any value at all is too many, or none is too few."""
    assert {one["Value"] for name, one in THRESHOLDS.items() if name not in IN_WORDS} == {1}


@pytest.mark.parametrize("entry", [entry for entry in IN_WORDS if alarms_of(entry)])
def test_operations_guide_has_the_same_words(entry: str) -> None:
    section = OPERATIONS.partition(f"### {entry}\n")[2].partition("\n### ")[0]
    assert THRESHOLDS[entry]["Words"] in " ".join(section.split())


# ── The transform ──


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    """The resources as SAM's copy of the transform AWS::LanguageExtensions makes them."""
    resources: dict[str, Any] = expand_language_extensions(WRITTEN, {}, enabled=True).expanded_template["Resources"]
    return resources


def test_sam_makes_the_same_resources_of_the_loops(expanded: dict[str, Any]) -> None:
    assert {name: one["Type"] for name, one in expanded.items()} == {
        name: one["Type"] for name, one in TEMPLATE["Resources"].items()
    }


def test_sam_gives_the_alarms_the_same_thresholds(expanded: dict[str, Any]) -> None:
    assert {name: expanded[name]["Properties"]["Threshold"] for name in ALARM} == {
        name: alarm["Threshold"] for name, alarm in ALARM.items()
    }


@pytest.mark.parametrize("dashboard", ["BusinessDashboard", "PlumbingDashboard"])
def test_every_line_is_a_number_on_a_dashboard(dashboard: str, expanded: dict[str, Any]) -> None:
    body = json.loads(expanded[dashboard]["Properties"]["DashboardBody"])
    lines = [
        line for widget in body["widgets"] for line in widget["properties"].get("annotations", {}).get("horizontal", [])
    ]
    assert lines
    assert all(isinstance(line["value"], int | float) for line in lines)
