"""The checks, in the order in which a notification travels. Each asks AWS a little and changes nothing."""

from collections.abc import Callable, Iterator

import requests

from dispatcher.due_poll import DEEP, RESCUE_AFTER
from dispatcher.run_window import LONGEST_INTERVAL, NO_POLL_AFTER
from herald.domain.clock import SECOND
from herald.domain.job import is_unattended
from herald.domain.notification import SHARDS, Lane
from herald.domain.transitions import State
from herald.store.dispatch_table import DispatchTable
from herald.store.indexes.attention_index import AttentionIndex
from herald.store.indexes.due_index import DueIndex
from herald.store.job_table import JobTable
from herald.store.partner_table import PartnerTable
from tools.common import formatting
from tools.doctor.finding import Finding, failed, ok, warning
from tools.doctor.inspection import StackInspection
from tools.doctor.keys import keys
from tools.doctor.schedules import canary, schedule

_ANSWERS_WITHIN = 10.0  # seconds
_OK, _REFUSED = 200, (401, 403)
_NEW_KEY = "run `make up`, which writes a key that the stack knows into .local/stack.json"

type Check = Callable[[StackInspection], Iterator[Finding]]


def api(inspection: StackInspection) -> Iterator[Finding]:
    """Whether the API answers, and whether it knows the operator's key, where that is known here."""
    url = inspection.api_url or _output(inspection, "ApiUrl")
    remedy = "look at OperatorErrorsAlarm and the operator's log; publishers may be cut off as well"
    try:
        response = requests.get(f"{url}/health", timeout=_ANSWERS_WITHIN)
        response.raise_for_status()
        version = response.json()["version"]
        status = _status_of_a_route_with_a_key(url, inspection.key) if inspection.key else _OK
    except (requests.RequestException, KeyError) as fault:
        yield failed("API", f"{url} does not answer ({type(fault).__name__})", remedy)
        return
    if status in _REFUSED:
        yield failed("API", f"{url} answers, but refuses the operator's key (HTTP {status})", _NEW_KEY)
    elif status != _OK:
        yield failed("API", f"{url} answers, but GET /partners with HTTP {status}", remedy)
    else:
        yield ok("API", f"{url} answers, version {version}")


def functions(inspection: StackInspection) -> Iterator[Finding]:
    """Whether every function is active."""
    lambdas = inspection.client("lambda")
    states = {
        logical: lambdas.get_function_configuration(FunctionName=name) for logical, name in inspection.functions.items()
    }
    for logical, found in states.items():
        if found.get("State", "Active") != "Active" or found.get("LastUpdateStatus", "Successful") != "Successful":
            seen = f"{logical} is {found.get('State')}, its last update {found.get('LastUpdateStatus')}"
            yield failed("functions", seen, "deploy again; Lambda's console says why it is not active")
            return
    yield ok("functions", f"all {len(states)} are active")


def consumers(inspection: StackInspection) -> Iterator[Finding]:
    """Whether what reads the queues is switched on."""
    found = inspection.client("lambda").get_paginator("list_event_source_mappings").paginate()
    ours = set(inspection.functions.values())
    mappings = [one for page in found for one in page["EventSourceMappings"] if _function_of(one) in ours]
    off = sorted({_function_of(one) for one in mappings if one.get("State") not in {"Enabled", "Creating", "Updating"}})
    if off:
        remedy = "enable it again unless somebody switched it off on purpose: `aws lambda update-event-source-mapping`"
        yield failed("consumers", f"the queue of {', '.join(off)} is not read: its event source mapping is off", remedy)
    else:
        yield ok("consumers", f"{formatting.many(len(mappings), 'queue')} read")


def polls(inspection: StackInspection) -> Iterator[Finding]:
    """When the last poll did its work."""
    last = DispatchTable(inspection.deployed["DispatchTable"]).last_poll()
    if last is None:
        yield warning("polls", "none has run yet", "wait until the first minutes are over, then look again")
        return
    ago = formatting.duration((inspection.now - last) // SECOND * SECOND)
    if inspection.now - last > NO_POLL_AFTER:
        remedy = "see the schedule, then the dispatcher's log; to start a poll by hand, invoke DispatcherFunction"
        yield failed("polls", f"the last one that did its work began {ago} ago", remedy)
    else:
        yield ok("polls", f"the last one began {ago} ago")


def backlog(inspection: StackInspection) -> Iterator[Finding]:
    """What should have been attempted long ago."""
    index, until = DueIndex(inspection.deployed["NotificationTable"]), inspection.now - RESCUE_AFTER
    overdue = sum(
        index.count(lane, shard, until - (LONGEST_INTERVAL if lane is Lane.NEW else 0))
        for lane in Lane
        for shard in range(SHARDS)
    )
    if overdue:
        remedy = "if polls run, see the queue and the deliverer's log"
        yield failed("backlog", f"{overdue} overdue by more than 10 min", remedy)
    else:
        yield ok("backlog", "nothing is overdue by more than 10 min")


def queues(inspection: StackInspection) -> Iterator[Finding]:
    """How deep the delivery queue is, and whether something is where nothing should be."""
    depth = _depth(inspection, inspection.deployed["DeliveryQueue"])
    if depth >= DEEP:
        yield warning(
            "queues", f"DeliveryQueue holds {depth} messages", "see whether the deliverer is throttled or fails"
        )
    else:
        yield ok("queues", f"DeliveryQueue holds {formatting.many(depth, 'message')}")
    for logical, url in inspection.poison_queues.items():
        if count := _depth(inspection, url):
            seen = f"{logical} holds {formatting.many(count, 'message')}"
            yield failed("queues", seen, "docs/operations.md says what to do first, under the alarm of that queue")


def alarms(inspection: StackInspection) -> Iterator[Finding]:
    """Which alarms are in alarm."""
    pages = inspection.client("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
    names = set(inspection.of_kind(lambda name: name.endswith("Alarm")).values())
    ringing = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"] in names]
    for alarm in ringing:
        yield failed("alarms", f"{alarm['AlarmName']} is in alarm", alarm.get("AlarmDescription", ""))
    if not ringing:
        yield ok("alarms", f"none of {len(names)} is in alarm")


def people(inspection: StackInspection) -> Iterator[Finding]:
    """What waits for customer service."""
    index = AttentionIndex(inspection.deployed["NotificationTable"])
    partners = list(PartnerTable(inspection.deployed["PartnerTable"]).all())
    for state in (State.FAILED, State.HELD):
        those = [one for one in partners if next(index.entries(state, one.partner_id, limit=1), None)]
        if those:
            seen = f"notifications of {formatting.many(len(those), 'partner')} are {state.value}"
            yield warning("people", seen, f"herald failed --state {state.value}")
    if not partners:
        yield warning("people", "there are no partners", "herald partners create --help")


def jobs(inspection: StackInspection) -> Iterator[Finding]:
    """Jobs on which nobody works, although a poll should have seen to it."""
    patience = inspection.now - NO_POLL_AFTER
    left = [job.job_id for job in JobTable(inspection.deployed["JobTable"]).all() if is_unattended(job, patience)]
    if left:
        yield failed(
            "jobs", f"nobody works on {', '.join(left)}", "see the jobs function's log, then whether polls run"
        )
    else:
        yield ok("jobs", "none stands still")


CHECKS: tuple[Check, ...] = (
    api,
    keys,
    functions,
    consumers,
    schedule,
    polls,
    backlog,
    queues,
    alarms,
    jobs,
    canary,
    people,
)


def _status_of_a_route_with_a_key(url: str, key: str) -> int:
    with requests.Session() as session:
        session.trust_env = False  # a .netrc that has this host would send its own word instead of the key
        headers = {"Authorization": f"Bearer {key}"}
        response = session.get(
            f"{url}/partners", params={"limit": 1}, headers=headers, timeout=_ANSWERS_WITHIN, allow_redirects=False
        )
    return response.status_code


def _output(inspection: StackInspection, name: str) -> str:
    (stack,) = inspection.client("cloudformation").describe_stacks(StackName=inspection.name)["Stacks"]
    outputs: dict[str, str] = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    return outputs.get(name, "")


def _function_of(mapping: dict[str, str]) -> str:
    return mapping["FunctionArn"].partition(":function:")[2].partition(":")[0]


def _depth(inspection: StackInspection, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    found = inspection.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(found["Attributes"][name])
