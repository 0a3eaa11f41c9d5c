"""The checks of what runs by the clock: the polls, and the canary where there is one."""

from collections.abc import Iterator

from herald.domain.canary import is_canary
from herald.store.partner_table import PartnerTable
from tools.doctor.finding import Finding, failed, ok, warning
from tools.doctor.inspection import StackInspection


def schedule(inspection: StackInspection) -> Iterator[Finding]:
    """Whether the schedule of the polls is there and on."""
    yield _schedule(inspection, "schedule", "dispatch", "no poll will run, nothing new is sent")


def canary(inspection: StackInspection) -> Iterator[Finding]:
    """Whether canaries fly, in a stack that has them."""
    function = inspection.functions.get("CanaryFunction")
    if function is None:
        return
    yield _schedule(inspection, "canary", "canary", "no canary will fly")
    variables = inspection.client("lambda").get_function_configuration(FunctionName=function)["Environment"][
        "Variables"
    ]
    number = int(variables["CANARY_PARTNER_ID"])
    partner = PartnerTable(inspection.deployed["PartnerTable"]).get(number)
    if partner is None:
        yield warning("canary", "none has flown yet", "wait five minutes, then look again, and into the canary's log")
    elif not is_canary(partner):
        remedy = f"give CanaryPartnerId a number that no partner has: herald partners show {number}"
        yield failed("canary", f"partner {number} is “{partner.name}” and not the canary", remedy)
    elif not partner.may_receive:
        yield warning("canary", f"it is {partner.state.value}: none flies", f"herald partners resume {number}")


def _schedule(inspection: StackInspection, what: str, suffix: str, otherwise: str) -> Finding:
    scheduler, name = inspection.client("scheduler"), f"{inspection.name}-{suffix}"
    try:
        found = scheduler.get_schedule(Name=name)
    except scheduler.exceptions.ResourceNotFoundException:
        return failed(what, f"there is no schedule {name}", "deploy the stack again, which makes it")
    if found["State"] == "ENABLED":
        return ok(what, f"{name} is on, {found['ScheduleExpression']}")
    remedy = "enable it in EventBridge Scheduler, or deploy again; then see that it runs within its minutes"
    return failed(what, f"{name} is {found['State'].lower()}: {otherwise}", remedy)
