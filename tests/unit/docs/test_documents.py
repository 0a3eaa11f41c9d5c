"""The tables of README and docs/operations.md against the code and the template."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import typer

from deliverer.delivery import CLAIM_AGAIN, CLAIM_AGAIN_AT_MOST
from deliverer.partner_limits import WAIT_HERE
from deliverer.putting_off import LONGEST_IN_FLIGHT
from deliverer.receipt import MOST_RECEIPTS
from deliverer.settlement import SETTLE_PAUSES
from dispatcher.due.due_poll import RESCUE_AFTER
from dispatcher.run_window import SCHEDULER_JITTER as JITTER
from herald.domain.api_key import KEY_FORM, Role
from herald.domain.clock import MINUTE, SECOND
from herald.domain.ladder import DEFAULT_LADDER
from herald.domain.limits.bounds import LONGEST_TIMEOUT, SHORTEST_TIMEOUT
from herald.domain.lists.attention import AttentionSummary
from herald.domain.notification import LONGEST_DELAY, SHARDS
from herald.domain.sources.token import TOKEN_FORM
from herald.languages.language import Language
from herald.messaging.alert_topic import text as alert_text
from herald.runtime.metric_names import Metric
from herald.store.limit_table import SLOT_TIME
from herald.store.notification_table import CLAIM_TIME
from herald.store.partner_table import CACHED_FOR
from tests.support.docs.markdown import code, rows
from tests.support.docs.template import FUNCTION, QUEUE, TEMPLATE, whole_numbers
from tests.support.factories import NOON, REFUSED, a_partner
from tests.support.paths import DOCS, ROOT
from tools.cli.main import app

README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
PARTNER_GUIDE = (ROOT / "docs" / "partner-guide.md").read_text(encoding="utf-8")


def routes() -> dict[str, str]:
    """Each route of the template with its function."""
    events = {
        name: resource["Properties"].get("Events", {}).values() for name, resource in TEMPLATE["Resources"].items()
    }
    return {
        f"{event['Properties']['Method']} {event['Properties']['Path']}": name
        for name, some in events.items()
        for event in some
        if event["Type"] == "HttpApi" and "Path" in event["Properties"]
    }


def test_readme_and_guide_have_the_default_ladder() -> None:
    waits = f"| Wait | {' | '.join(str(DEFAULT_LADDER).split())} |"
    assert waits in README
    assert waits in PARTNER_GUIDE


def test_template_has_the_default_ladder() -> None:
    assert TEMPLATE["Parameters"]["Ladder"]["Default"] == str(DEFAULT_LADDER)


def test_readme_lists_every_parameter_with_its_default() -> None:
    listed = {name.strip("`"): default.strip("`") for name, default, _ in rows(README, "| Parameter |")}
    assert listed == {
        name: str(parameter.get("Default", "")) or "none" for name, parameter in TEMPLATE["Parameters"].items()
    }


def test_readme_lists_every_route_with_its_function() -> None:
    listed = {route.strip("`"): function.strip("`") for route, function in rows(README, "| Route |")}
    assert listed == routes()


def assert_listed(under: str, heading: str) -> None:
    """Asserts that the table of this heading has each package of the folder, and no other."""
    listed = {code(cell)[0].rstrip("/").rpartition("/")[2] for cell, *_ in rows(README, heading)}
    there = {path.parent.name for path in (ROOT / under).glob("*/__init__.py")}
    assert {name for name in listed if not name.endswith(".py")} == there


def test_readme_names_every_function_folder() -> None:
    assert_listed("functions", "| Folder | Does |")


def test_readme_names_every_package_of_the_layer() -> None:
    assert_listed("layers/herald/herald", "| Package |")


def test_readme_names_every_tool() -> None:
    assert_listed("tools", "| Folder | Contents |")


def layout() -> Iterator[tuple[str, str]]:
    """Each file that the layout tables of README name, with its folder."""
    for base, heading in (("", "| Folder | Does |"), ("layers/herald/herald/", "| Package |")):
        for folder, *cells in rows(README, heading):
            yield from (
                (base + code(folder)[0], name) for cell in cells for name in code(cell) if name.endswith((".py", "/"))
            )


@pytest.mark.parametrize(("folder", "name"), layout())
def test_readme_names_an_existing_file(folder: str, name: str) -> None:
    assert (ROOT / folder / name).exists()


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub makes from the page's headings."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[str, str]]:
    """Each link of a document to a place in the repository: the document and the target."""
    for path in (*ROOT.glob("*.md"), *DOCS.glob("*.md")):
        for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
            if "://" not in target:
                yield str(path.relative_to(ROOT)), target


@pytest.mark.parametrize(("document", "target"), links())
def test_link_leads_to_a_file_and_a_heading(document: str, target: str) -> None:
    name, _, anchor = target.partition("#")
    path = (ROOT / document).parent / name if name else ROOT / document
    assert path.exists()
    assert not anchor or anchor in anchors(path)


def test_every_alarm_has_a_section_with_a_first_step() -> None:
    alarms = {name for name, resource in TEMPLATE["Resources"].items() if resource["Type"] == "AWS::CloudWatch::Alarm"}
    sections = re.findall(r"^### (\w+Alarm(?:, \w+Alarm)*)\n(.*?)(?=^#|\Z)", OPERATIONS, re.MULTILINE | re.DOTALL)
    assert {name for names, _ in sections for name in names.split(", ")} == alarms
    assert all("First: " in text for _, text in sections)


def test_operations_lists_every_metric() -> None:
    listed = rows(OPERATIONS, "| Metric |")
    assert listed == [[f"`{metric.title}`", metric.unit, metric.meaning] for metric in Metric]


ORDINALS = {4: "fourth", 5: "fifth", 6: "sixth"}


def test_operations_has_the_times_of_the_code() -> None:
    attempt = TEMPLATE["Parameters"]["AttemptTimeout"]
    *first, last = SETTLE_PAUSES
    assert {row[0]: row[1] for row in rows(OPERATIONS, "| What | Value |")} == {
        "One attempt (`AttemptTimeout`)": f"{attempt['Default']} s, at most {max(whole_numbers('AttemptTimeout'))} s",
        "The deliverer": f"{FUNCTION['DelivererFunction']['Timeout']} s",
        "A claim": f"{CLAIM_TIME // SECOND} s",
        "Visibility of a message": f"{QUEUE['DeliveryQueue']['VisibilityTimeout']} s",
        "A partner's own timeout": f"{SHORTEST_TIMEOUT} to {LONGEST_TIMEOUT} s",
        "A moment of a partner's rate": f"waited for in the function for {WAIT_HERE // SECOND} s at most",
        "A slot of a partner's concurrency": f"{SLOT_TIME // SECOND} s",
        "A message that is put off": f"replaced by a new one at its {ORDINALS[MOST_RECEIPTS]} receipt,"
        f" and where it waits for more than {LONGEST_IN_FLIGHT // SECOND} s",
        "A settle that the table refuses": f"again after {', '.join(map(str, first))} and {last} s",
        "A claim that the table refuses": f"the message comes back after {CLAIM_AGAIN}, {2 * CLAIM_AGAIN},"
        f" {4 * CLAIM_AGAIN} … {CLAIM_AGAIN_AT_MOST} s",
        "A suspension, a new address": f"up to {CACHED_FOR // SECOND} s",
        "A revoked or expired key, a rotated query key": f"up to {reauthorized_every()} s",
        "Delay of a message": f"{LONGEST_DELAY // SECOND} s at most",
        "The poll's horizon": f"`DispatchEvery` + {JITTER // SECOND} s",
        "Rescue": f"overdue by {RESCUE_AFTER // MINUTE} min",
    }


def reauthorized_every() -> int:
    """The seconds for which API Gateway caches the authorizer's result."""
    auth = TEMPLATE["Resources"]["HttpApi"]["Properties"]["Auth"]
    seconds: int = auth["Authorizers"]["KeyAuthorizer"]["Identity"]["ReauthorizeEvery"]
    return seconds


def test_operations_has_the_form_of_a_token_for_scanners() -> None:
    assert f"`{TOKEN_FORM}`" in OPERATIONS


def test_operations_has_the_form_of_a_key_for_scanners() -> None:
    (told,) = re.findall(r"^herald_\(.*$", OPERATIONS, re.MULTILINE)
    assert told == KEY_FORM
    assert f"{30 * 86_400 // reauthorized_every()} invocations of the authorizer" in OPERATIONS


def test_operations_lists_every_role() -> None:
    assert {code(role)[0] for role, _ in rows(OPERATIONS, "| Role |")} == {*Role}


REGIONS = [name.strip("`") for name, *_ in rows(OPERATIONS, "| Region |")]
MADE_BY_SAM = {
    "AWS::Serverless::Function": {
        "AWS::Lambda::Function",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Scheduler::Schedule",
    },
    "AWS::Serverless::HttpApi": {"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"},
    "AWS::Serverless::LayerVersion": {"AWS::Lambda::LayerVersion"},
}


def test_operations_names_the_requested_regions() -> None:
    assert {"ap-east-2", "ap-northeast-1", "ap-east-1", "ap-southeast-1", "us-east-2"} <= set(REGIONS)


@pytest.mark.parametrize("region", REGIONS)
def test_region_has_every_resource_type(region: str) -> None:
    types = {resource["Type"] for resource in TEMPLATE["Resources"].values()}
    wanted = set[str]().union(*(MADE_BY_SAM.get(name, {name}) for name in types))
    # Read as a file: to import cfn-lint takes ten seconds.
    listed = Path(str(distribution("cfn-lint").locate_file(f"cfnlint/data/schemas/providers/{region}.json")))
    assert wanted - set(json.loads(listed.read_text(encoding="utf-8"))) == set()


def test_quotas_state_what_the_template_uses() -> None:
    uses = {row[0].partition(",")[0]: row[2] for row in rows(OPERATIONS, "| Quota |")}
    mappings = {name: _mapping(name) for name in ("DelivererFunction", "DeadLetterFunction", "JobsFunction")}
    most = [mapping["ScalingConfig"]["MaximumConcurrency"] for mapping in mappings.values()]
    shares = "deliverer {}, dead letters {}, jobs {}".format(*most)
    assert f"up to {sum(most)} for queues ({shares})" in uses["Lambda"]
    batch = mappings["DelivererFunction"]["BatchSize"]
    assert f"{most[0] * batch} in DeliveryQueue ({most[0]} batches of {batch})" in uses["SQS"]
    limits = TEMPLATE["Resources"]["HttpApi"]["Properties"]["RouteSettings"]["POST /notifications"]
    rate, burst = limits["ThrottlingRateLimit"], limits["ThrottlingBurstLimit"]
    assert f"at most {rate:,} a second, bursts of {burst:,}, for `POST /notifications`" in uses["API Gateway"]
    assert f"over {SHARDS} partitions" in rows(OPERATIONS, "| Quota |")[2][2]


def _mapping(function: str) -> Any:
    """The properties of the function's one queue."""
    (found,) = [event["Properties"] for event in FUNCTION[function]["Events"].values() if event["Type"] == "SQS"]
    return found


def commands(text: str) -> list[str]:
    """Every command line of `herald` that a document or a message shows."""
    found = re.findall(
        r"(?:^ *|`)(herald (?:partners|notifications|send|keys|jobs|failed|show|audit|doctor)\b[^`\n]*)",
        text,
        re.MULTILINE,
    )
    return [line.partition("   #")[0].strip() for line in found]


SHOWN = {
    "README.md": README,
    "docs/operations.md": OPERATIONS,
    "template.yaml": (ROOT / "template.yaml").read_text(encoding="utf-8"),
    "an alert": alert_text(
        a_partner(), AttentionSummary(count=1, oldest=NOON, newest=NOON, reason=REFUSED), Language.ENGLISH
    ),
}


def test_each_document_shows_commands() -> None:
    assert all(commands(text) for name, text in SHOWN.items() if name != "template.yaml")


@pytest.mark.parametrize("line", sorted({line for text in SHOWN.values() for line in commands(text)}))
def test_shown_command_exists_with_its_options(line: str) -> None:
    words = shlex.split(line)[1:]
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
