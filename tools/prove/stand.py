"""The stand of a soak: its plan, and the stack on an engine of its own whose functions see a faulty AWS."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Final

from herald.domain.clock import MINUTE, SECOND
from herald.domain.ladder import Ladder
from tools.demo.environment import DemoEnvironment
from tools.local_engine.engine import Engine, Report
from tools.local_stack.deploying import build, deploy
from tools.prove.faulty_aws import function_clock
from tools.prove.faulty_aws.planted import plant
from tools.prove.faulty_aws.proxy import FaultyAws
from tools.prove.journal import Journal, What
from tools.prove.partners import ATTEMPT_TIMEOUT
from tools.prove.publishing import Ledger
from tools.sample_partner import SamplePartners

LADDER: Final = Ladder.parse("7s 8s 10s 12s 14s")
CLOCKS_APART: Final = 5 * SECOND
DELIVERER: Final = "DelivererFunction"
# Later than the rescue: what lost its message is found by the next poll, and nobody has to wait for ten minutes.
_FORWARD: Final = 11 * MINUTE
_DELIVERERS: Final = 4  # instances at once: most of their time they wait for partners


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One soak."""

    seed: int
    minutes: float = 10.0
    fault_rate: float = 0.02  # of the requests between functions and AWS
    per_second: float = 3.0  # new notifications
    planted: str | None = None

    @property
    def first_attempt(self) -> str:
        """Odd seeds send at once, even ones at the next poll."""
        return "AtOnce" if self.seed % 2 else "AtPoll"

    def random(self, purpose: str) -> Random:
        """A source of chance of its own for each purpose, so that one does not depend on the pace of another."""
        return Random(f"{purpose} {self.seed}")  # noqa: S311 - chosen, not secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """All that takes part in a soak."""

    plan: Plan
    clock: Path
    environment: DemoEnvironment
    server: SamplePartners
    aws: FaultyAws
    journal: Journal
    ledger: Ledger
    report: Report
    secrets: dict[int, str] = field(default_factory=dict)  # the partners' signing secrets, by number

    def go_forward(self) -> int:
        """The clocks of all functions go forward beyond the rescue; the moment (ms)."""
        function_clock.go_forward(self.clock, _FORWARD)
        return self.journal.note(What.JUMP, f"{_FORWARD // MINUTE} minutes").at


@contextmanager
def start(home: Path, plan: Plan, report: Report) -> Iterator[Stand]:
    """Builds, and deploys onto an engine of its own below `home`, which is stopped at the end."""
    report("building")
    build()
    with ExitStack() as stack:
        journal = Journal(home / "journal.jsonl")
        stack.callback(journal.close)
        aws, server = stack.enter_context(FaultyAws(journal)), stack.enter_context(SamplePartners())
        clock, folder = home / "clock", home / "engine"
        folder.mkdir()
        report("starting the engine")
        engine = Engine.start(folder, port=0, seen_by_functions=_variables(home, clock, aws))
        stack.callback(engine.stop)
        aws.target = engine.url
        environment = _deployed(engine, plan, report)
        yield Stand(
            plan=plan,
            clock=clock,
            environment=environment,
            server=server,
            aws=aws,
            journal=journal,
            ledger=Ledger(),
            report=report,
        )


def _variables(home: Path, clock: Path, aws: FaultyAws) -> dict[str, str]:
    """What the functions' processes see: the faulty AWS, and a clock that is not right."""
    function_clock.new_clock(clock)
    startup = home / "startup"
    startup.mkdir()
    copyfile(function_clock.__file__, startup / "sitecustomize.py")
    return {
        "AWS_ENDPOINT_URL": aws.url,
        "PYTHONPATH": str(startup),
        function_clock.FILE: str(clock),
        function_clock.APART: str(CLOCKS_APART),
    }


def _deployed(engine: Engine, plan: Plan, report: Report) -> DemoEnvironment:
    parameters = {
        "Ladder": str(LADDER),
        "AttemptTimeout": str(ATTEMPT_TIMEOUT),
        "DispatchEvery": "13",  # the soak polls itself
        "FirstAttempt": plan.first_attempt,
    }
    stack = deploy(engine, "herald", parameters, lambda text: report(f"deploying: {text}"))
    lambdas = engine.client("lambda")
    found = lambdas.list_event_source_mappings(FunctionName=stack.functions[DELIVERER])["EventSourceMappings"]
    for mapping in found:
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": _DELIVERERS})
    if plan.planted:
        plant(engine, stack, plan.planted)
    return DemoEnvironment(engine, stack)
