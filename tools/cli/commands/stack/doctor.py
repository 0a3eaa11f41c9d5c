"""`herald doctor`: whether a stack is well."""

from typing import Annotated, Any

import typer

from herald.domain.clock import now
from tools.cli.context import CommandContext
from tools.cli.rendering.doctor import doctor_page
from tools.common.stack.stack_resources import aws_faults, find_deployed, must_listen
from tools.doctor.checks import CHECKS
from tools.doctor.finding import Finding, Status
from tools.doctor.inspection import StackInspection


def examine_stack(
    context: CommandContext,
    stack_name: Annotated[
        str | None, typer.Option(help="The stack, as `sam deploy` names it.", show_default="the local one")
    ] = None,
) -> None:
    """Looks whether everything is there and alive, and says what to do where it is not. Exit code 1 where it is not.

    It asks AWS with your credentials and changes nothing. Of the local stack it tries the operator's key as well.
    """
    deployed = find_deployed(stack_name, lambda: context.stack)
    local = {} if stack_name else context.stack
    if local:
        must_listen(local["engine_url"])
    inspection = StackInspection(deployed, now(), local.get("api_url"), key=local.get("keys", {}).get("operator"))
    with aws_faults(unreachable=deployed.unreachable):
        findings = [finding for check in CHECKS for finding in check(inspection)]
    response = _answer(findings)
    context.show(response, lambda: doctor_page(findings))
    if any(finding.health is Status.FAILED for finding in findings):
        raise typer.Exit(1)


def _answer(findings: list[Finding]) -> dict[str, Any]:
    return {"findings": [finding.as_json() for finding in findings]}
