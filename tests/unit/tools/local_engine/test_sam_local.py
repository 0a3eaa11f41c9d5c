"""What `sam local` reads: the built template, with the way from a container to the running engine."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tools.local_engine.environment import LOCAL, ROOT
from tools.local_engine.sam_local import connected, remove_files, template_in, variables_in

LOOP: list[Any] = ["Name", ["A"], {"${Name}Alarm": {"Type": "AWS::CloudWatch::Alarm"}}]
BUILT: dict[str, Any] = {
    "Parameters": {"CanaryPartnerId": {"Type": "String", "Default": ""}, "Ladder": {"Type": "String", "Default": "3m"}},
    "Resources": {
        "ReceiverFunction": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "ReceiverFunction"}},
        "CanaryFunction": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "CanaryFunction"}},
        "HeraldLayer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "HeraldLayer"}},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Fn::ForEach::Alarms": LOOP,
    },
}
VARIABLES = {"ReceiverFunction": {"KEY_TABLE": "k", "AWS_ENDPOINT_URL": "http://host.docker.internal:4566"}}
SETTINGS = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))["default"]


@pytest.fixture
def template() -> Any:
    return connected(BUILT, VARIABLES, {"CanaryPartnerId": "900001", "Ladder": "1s 2s"}, Path("../build"))


def test_a_function_gets_its_variables_and_its_code_from_where_it_was_built(template: Any) -> None:
    properties = template["Resources"]["ReceiverFunction"]["Properties"]
    assert properties["Environment"]["Variables"] == VARIABLES["ReceiverFunction"]
    assert properties["CodeUri"] == "../build/ReceiverFunction"


def test_a_function_that_is_not_deployed_keeps_what_it_has(template: Any) -> None:
    assert template["Resources"]["CanaryFunction"]["Properties"] == {"CodeUri": "../build/CanaryFunction"}


def test_a_layer_comes_from_where_it_was_built(template: Any) -> None:
    assert template["Resources"]["HeraldLayer"]["Properties"]["ContentUri"] == "../build/HeraldLayer"


def test_everything_else_stays_as_it_was_built(template: Any) -> None:
    for name in ("Queue", "Fn::ForEach::Alarms"):
        assert template["Resources"][name] == BUILT["Resources"][name]


@pytest.mark.parametrize("canary", ["", "900001"])
def test_the_parameters_are_what_was_deployed_also_the_empty_ones(canary: str) -> None:
    template = connected(BUILT, {}, {"CanaryPartnerId": canary, "Ladder": "1s"}, Path())
    assert template["Parameters"]["CanaryPartnerId"] == {"Type": "String", "Default": canary}


@pytest.mark.parametrize("command", ["local_invoke", "local_start_api", "local_start_lambda"])
def test_the_settings_of_sam_name_what_make_up_writes(command: str) -> None:
    settings = SETTINGS[command]["parameters"]
    assert ROOT / settings["template_file"] == template_in(LOCAL)
    assert ROOT / settings["env_vars"] == variables_in(LOCAL)
    assert "run make up first" in settings["env_vars"]


def test_files_that_are_not_there_are_removed_without_complaint(tmp_path: Path) -> None:
    remove_files(tmp_path)
    template_in(tmp_path).parent.mkdir()
    template_in(tmp_path).touch()
    remove_files(tmp_path)
    assert not template_in(tmp_path).exists()
