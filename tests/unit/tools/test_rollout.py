"""A gradual rollout: the template with aliases, as SAM hands it to CloudFormation, and the workflow that deploys it."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.docs.processed_template import processed, processed_of
from tools.local_engine.environment import ROOT
from tools.local_stack.template import load_template
from tools.rollout import GRADUAL, NotThatTemplate, rollout

SOURCE = (ROOT / "template.yaml").read_text(encoding="utf-8")
CODE_DEPLOY = "AWS::CodeDeploy::"
CANARY = "Canary10Percent5Minutes"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("rollout") / "template.yaml"
    written.write_text(rollout(SOURCE, "r1"), encoding="utf-8")
    return written


def resources(path: Path, way: str) -> dict[str, Any]:
    found: dict[str, Any] = processed_of(load_template(path), Rollout=way)["Resources"]
    return found


def of(found: dict[str, Any], kind: str) -> set[str]:
    return {name for name, one in found.items() if one["Type"].startswith(kind)}


def test_the_template_itself_has_neither_alias_nor_code_deploy_which_the_local_engine_refuses() -> None:
    found = processed()["Resources"]
    assert of(found, CODE_DEPLOY) == of(found, "AWS::Lambda::Alias") == set()


def test_all_at_once_moves_the_alias_without_code_deploy(path: Path) -> None:
    found = resources(path, "AllAtOnce")
    assert of(found, CODE_DEPLOY) == set()
    assert of(found, "AWS::Lambda::Alias") == {f"{name}FunctionAliaslive" for name in GRADUAL}


@pytest.mark.parametrize("name", GRADUAL)
def test_a_canary_goes_back_on_its_functions_own_alarms(path: Path, name: str) -> None:
    found = resources(path, CANARY)
    group = found[f"{name}FunctionDeploymentGroup"]["Properties"]
    kinds = ("Errors", "Throttles", "Duration")
    assert group["AlarmConfiguration"]["Alarms"] == [{"Name": {"Ref": f"{name}{kind}Alarm"}} for kind in kinds]
    assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
    assert CANARY in str(group["DeploymentConfigName"])
    assert "CodeDeployLambdaAliasUpdate" in found[f"{name}FunctionAliaslive"]["UpdatePolicy"]


@pytest.mark.parametrize("way", ["AllAtOnce", CANARY])
def test_what_calls_such_a_function_calls_its_alias(path: Path, way: str) -> None:
    found = resources(path, way)
    assert found["DelivererFunctionDue"]["Properties"]["FunctionName"] == {"Ref": "DelivererFunctionAliaslive"}
    body = str(found["HttpApi"]["Properties"]["Body"])
    for name in ("Receiver", "Operator"):
        assert f"${{{name}FunctionAliaslive}}/invocations" in body
        assert f"${{{name}Function.Arn}}" not in body
    assert "AuthorizerFunctionAliaslive" in body
    assert "'AuthorizerFunction'" not in body


def test_each_release_makes_versions_of_its_own() -> None:
    first, second = rollout(SOURCE, "r1"), rollout(SOURCE, "r2")
    assert first.count('"r1"') == second.count('"r2"') == len(GRADUAL) + 1


@pytest.mark.parametrize("release", ["", " ", "a b", "x" * 65, 'r"1', "r\n1", "!Ref X", "${Stage}"])
def test_a_release_that_would_break_the_template_is_refused(release: str) -> None:
    with pytest.raises(NotThatTemplate, match="a release is"):
        rollout(SOURCE, release)


@pytest.mark.parametrize(
    "mark", ["\nParameters:\n", "\nMappings:\n", "ReceiverRole.Arn", "!GetAtt AuthorizerFunction.Arn"]
)
def test_a_template_of_another_form_is_refused(mark: str) -> None:
    with pytest.raises((NotThatTemplate, ValueError)):
        rollout(SOURCE.replace(mark, ""), "r1")


# ── The workflow ──

TEXT = (ROOT / ".github" / "workflows" / "deploy.yml").read_text(encoding="utf-8")
WORKFLOW = yaml.safe_load(TEXT)
JOBS = WORKFLOW["jobs"]


def test_the_workflow_tests_then_deploys_to_dev_and_then_to_prod_behind_its_environment() -> None:
    assert {name: job.get("needs") for name, job in JOBS.items()} == {"test": None, "dev": "test", "prod": "dev"}
    assert {name: job.get("environment") for name, job in JOBS.items()} == {"test": None, "dev": "dev", "prod": "prod"}
    assert "make test" in str(JOBS["test"])


def test_a_deploy_that_waits_for_prod_holds_up_no_other_stage() -> None:
    assert "concurrency" not in WORKFLOW
    groups = {stage: JOBS[stage]["concurrency"] for stage in ("dev", "prod")}
    assert groups == {stage: {"group": f"deploy-{stage}", "cancel-in-progress": False} for stage in groups}


def test_only_what_deploys_may_ask_for_an_identity_and_nothing_may_write() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert "permissions" not in JOBS["test"]
    for name in ("dev", "prod"):
        assert JOBS[name]["permissions"] == {"contents": "read", "id-token": "write"}


@pytest.mark.parametrize("job", JOBS)
def test_every_step_does_one_thing_and_every_action_is_pinned_to_a_version(job: str) -> None:
    assert JOBS[job]["runs-on"].startswith("ubuntu-")
    assert JOBS[job]["timeout-minutes"] <= 60
    for step in JOBS[job]["steps"]:
        assert ("uses" in step) != ("run" in step)
        if "uses" in step:
            assert re.fullmatch(r"(actions|aws-actions)/[a-z-]+@v\d+\.\d+\.\d+", step["uses"])


def test_the_workflow_holds_no_key_and_puts_nothing_of_an_event_into_a_shell() -> None:
    assert "secrets." not in TEXT
    assert "AKIA" not in TEXT
    assert not [step["run"] for job in JOBS.values() for step in job["steps"] if "${{" in step.get("run", "")]
    assert not {"pull_request", "pull_request_target"} & set(WORKFLOW[True])  # `on` is a boolean to YAML


@pytest.mark.parametrize("stage", ["dev", "prod"])
def test_a_stage_is_deployed_by_the_role_of_its_environment_with_the_template_of_the_rollout(stage: str) -> None:
    text = str(JOBS[stage])
    assert "vars.AWS_ROLE_ARN" in text
    assert 'python -m tools.rollout "$GITHUB_SHA"' in text
    assert "--template template-rollout.yaml" in text
    assert (f"--config-env {'default' if stage == 'dev' else 'prod'}") in text
