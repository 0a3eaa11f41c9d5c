"""The checks of what runs by the clock: the polls, and the canary where there is one."""

from collections.abc import Iterator

from herald.domain.canary import is_canary
from herald.languages.catalogue import N_
from herald.languages.message import Message
from herald.languages.words import REVIEW_STATES
from herald.store.partner_table import PartnerTable
from tools.doctor.finding import Finding, failed, ok, warning
from tools.doctor.inspection import StackInspection

CANARY = N_("canary")


def schedule(inspection: StackInspection) -> Iterator[Finding]:
    """Whether the schedule of the polls is there and on."""
    yield _schedule(inspection, N_("schedule"), "dispatch", Message("no poll will run, nothing new is sent"))


def canary(inspection: StackInspection) -> Iterator[Finding]:
    """Whether canaries fly, in a stack that has them."""
    function = inspection.functions.get("CanaryFunction")
    if function is None:
        return
    yield _schedule(inspection, CANARY, "canary", Message("no canary will fly"))
    variables = inspection.client("lambda").get_function_configuration(FunctionName=function)["Environment"][
        "Variables"
    ]
    number = int(variables["CANARY_PARTNER_ID"])
    partner = PartnerTable(inspection.deployed["PartnerTable"]).get(number)
    if partner is None:
        remedy = Message("wait five minutes, then look again, and into the canary's log")
        yield warning(CANARY, Message("none has flown yet"), remedy)
    elif not is_canary(partner):
        remedy = Message(
            "give CanaryPartnerId a number that no partner has: herald partners show {number}", number=number
        )
        seen = Message("partner {number} is “{name}” and not the canary", number=number, name=partner.name)
        yield failed(CANARY, seen, remedy)
    elif not partner.may_receive:
        seen = Message("it is {state:word}: none flies", state=REVIEW_STATES[partner.state.value])
        yield warning(CANARY, seen, f"herald partners resume {number}")


def _schedule(inspection: StackInspection, what: str, suffix: str, otherwise: Message) -> Finding:
    scheduler, name = inspection.client("scheduler"), f"{inspection.name}-{suffix}"
    try:
        found = scheduler.get_schedule(Name=name)
    except scheduler.exceptions.ResourceNotFoundException:
        return failed(
            what, Message("there is no schedule {name}", name=name), Message("deploy the stack again, which makes it")
        )
    if found["State"] == "ENABLED":
        return ok(what, Message("{name} is on, {schedule}", name=name, schedule=found["ScheduleExpression"]))
    remedy = Message("enable it in EventBridge Scheduler, or deploy again; then see that it runs within its minutes")
    return failed(what, Message("{name} is disabled: {consequence}", name=name, consequence=otherwise), remedy)
