"""The checks, in the order in which a notification travels. Each asks AWS a little and changes nothing."""

from collections.abc import Callable, Iterator

import requests

from dispatcher.due.due_poll import DEEP, RESCUE_AFTER
from dispatcher.run_window import LONGEST_INTERVAL, NO_POLL_AFTER
from herald.domain.clock import SECOND
from herald.domain.jobs.job import is_unattended
from herald.domain.notification import SHARDS, Lane
from herald.domain.transitions import State
from herald.languages.catalogue import N_
from herald.languages.message import Message, plural
from herald.languages.words import STATES
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
_NEW_KEY = Message("run `make up`, which writes a key that the stack knows into .local/stack.json")

_API, _FUNCTIONS, _CONSUMERS, _POLLS = N_("API"), N_("functions"), N_("consumers"), N_("polls")
_BACKLOG, _QUEUES, _ALARMS = N_("backlog"), N_("queues"), N_("alarms")
_PEOPLE, _JOBS = N_("people"), N_("jobs")

type Check = Callable[[StackInspection], Iterator[Finding]]


def api(inspection: StackInspection) -> Iterator[Finding]:
    """Whether the API answers, and whether it knows the operator's key, where that is known here."""
    url = inspection.api_url or _output(inspection, "ApiUrl")
    remedy = Message("look at OperatorErrorsAlarm and the operator's log; publishers may be cut off as well")
    try:
        response = requests.get(f"{url}/health", timeout=_ANSWERS_WITHIN)
        response.raise_for_status()
        version = response.json()["version"]
        status = _status_of_a_route_with_a_key(url, inspection.key) if inspection.key else _OK
    except (requests.RequestException, KeyError) as fault:
        silence = Message("{url} does not answer ({fault})", url=url, fault=type(fault).__name__)
        yield failed(_API, silence, remedy)
        return
    if status in _REFUSED:
        seen = Message("{url} answers, but refuses the operator's key (HTTP {status})", url=url, status=status)
        yield failed(_API, seen, _NEW_KEY)
    elif status != _OK:
        seen = Message("{url} answers, but GET /partners with HTTP {status}", url=url, status=status)
        yield failed(_API, seen, remedy)
    else:
        yield ok(_API, Message("{url} answers, version {version}", url=url, version=version))


def functions(inspection: StackInspection) -> Iterator[Finding]:
    """Whether every function is active."""
    lambdas = inspection.client("lambda")
    states = {
        logical: lambdas.get_function_configuration(FunctionName=name) for logical, name in inspection.functions.items()
    }
    for logical, found in states.items():
        if found.get("State", "Active") != "Active" or found.get("LastUpdateStatus", "Successful") != "Successful":
            state = {"state": found.get("State"), "update": found.get("LastUpdateStatus")}
            seen = Message("{function} is {state}, its last update {update}", function=logical, **state)
            yield failed(_FUNCTIONS, seen, Message("deploy again; Lambda's console says why it is not active"))
            return
    yield ok(_FUNCTIONS, Message("all {count} are active", count=len(states)))


def consumers(inspection: StackInspection) -> Iterator[Finding]:
    """Whether what reads the queues is switched on."""
    found = inspection.client("lambda").get_paginator("list_event_source_mappings").paginate()
    ours = set(inspection.functions.values())
    mappings = [one for page in found for one in page["EventSourceMappings"] if _function_of(one) in ours]
    off = sorted({_function_of(one) for one in mappings if one.get("State") not in {"Enabled", "Creating", "Updating"}})
    if off:
        remedy = Message(
            "enable it again unless somebody switched it off on purpose: `aws lambda update-event-source-mapping`"
        )
        unread = ", ".join(off)
        seen = Message("the queue of {functions} is not read: its event source mapping is off", functions=unread)
        yield failed(_CONSUMERS, seen, remedy)
    else:
        yield ok(_CONSUMERS, plural("{count} queue read", "{count} queues read", count=len(mappings)))


def polls(inspection: StackInspection) -> Iterator[Finding]:
    """When the last poll did its work."""
    last = DispatchTable(inspection.deployed["DispatchTable"]).last_poll()
    if last is None:
        remedy = Message("wait until the first minutes are over, then look again")
        yield warning(_POLLS, Message("none has run yet"), remedy)
        return
    ago = formatting.duration((inspection.now - last) // SECOND * SECOND)
    if inspection.now - last > NO_POLL_AFTER:
        remedy = Message(
            "see the schedule, then the dispatcher's log; to start a poll by hand, invoke DispatcherFunction"
        )
        yield failed(_POLLS, Message("the last one that did its work began {duration} ago", duration=ago), remedy)
    else:
        yield ok(_POLLS, Message("the last one began {duration} ago", duration=ago))


def backlog(inspection: StackInspection) -> Iterator[Finding]:
    """What should have been attempted long ago."""
    index, until = DueIndex(inspection.deployed["NotificationTable"]), inspection.now - RESCUE_AFTER
    overdue = sum(
        index.count(lane, shard, until - (LONGEST_INTERVAL if lane is Lane.NEW else 0))
        for lane in Lane
        for shard in range(SHARDS)
    )
    if overdue:
        remedy = Message("if polls run, see the queue and the deliverer's log")
        yield failed(_BACKLOG, Message("{count} overdue by more than 10 min", count=overdue), remedy)
    else:
        yield ok(_BACKLOG, Message("nothing is overdue by more than 10 min"))


def queues(inspection: StackInspection) -> Iterator[Finding]:
    """How deep the delivery queue is, and whether something is where nothing should be."""
    depth = _depth(inspection, inspection.deployed["DeliveryQueue"])
    if depth >= DEEP:
        remedy = Message("see whether the deliverer is throttled or fails")
        yield warning(_QUEUES, _holds("DeliveryQueue", depth), remedy)
    else:
        yield ok(_QUEUES, _holds("DeliveryQueue", depth))
    for logical, url in inspection.poison_queues.items():
        if count := _depth(inspection, url):
            remedy = Message("docs/operations.md says what to do first, under the alarm of that queue")
            yield failed(_QUEUES, _holds(logical, count), remedy)


def alarms(inspection: StackInspection) -> Iterator[Finding]:
    """Which alarms are in alarm."""
    pages = inspection.client("cloudwatch").get_paginator("describe_alarms").paginate(StateValue="ALARM")
    names = set(inspection.of_kind(lambda name: name.endswith("Alarm")).values())
    ringing = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"] in names]
    for alarm in ringing:
        seen = Message("{alarm} is in alarm", alarm=alarm["AlarmName"])
        yield failed(_ALARMS, seen, alarm.get("AlarmDescription", ""))
    if not ringing:
        yield ok(_ALARMS, Message("none of {count} is in alarm", count=len(names)))


def people(inspection: StackInspection) -> Iterator[Finding]:
    """What waits for customer service."""
    index = AttentionIndex(inspection.deployed["NotificationTable"])
    partners = list(PartnerTable(inspection.deployed["PartnerTable"]).all())
    for state in (State.FAILED, State.HELD):
        those = [one for one in partners if next(index.entries(state, one.partner_id, limit=1), None)]
        if those:
            yield warning(_PEOPLE, _waits_for_people(state, len(those)), f"herald failed --state {state.value}")
    if not partners:
        yield warning(_PEOPLE, Message("there are no partners"), "herald partners create --help")


def jobs(inspection: StackInspection) -> Iterator[Finding]:
    """Jobs on which nobody works, although a poll should have seen to it."""
    patience = inspection.now - NO_POLL_AFTER
    left = [job.job_id for job in JobTable(inspection.deployed["JobTable"]).all() if is_unattended(job, patience)]
    if left:
        remedy = Message("see the jobs function's log, then whether polls run")
        yield failed(_JOBS, Message("nobody works on {jobs}", jobs=", ".join(left)), remedy)
    else:
        yield ok(_JOBS, Message("none stands still"))


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


def _holds(queue: str, count: int) -> Message:
    return plural("{queue} holds {count} message", "{queue} holds {count} messages", count=count, queue=queue)


def _waits_for_people(state: State, count: int) -> Message:
    return plural(
        "notifications of {count} partner are {state:word}",
        "notifications of {count} partners are {state:word}",
        count=count,
        state=STATES[state.value],
    )


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
