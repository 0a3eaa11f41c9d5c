"""`python -m tools.demo`, as `make demo` calls it."""

import signal
import sys
from typing import Annotated

import typer
from rich.console import Console

from tools.common.errors import CliError
from tools.common.waiting import NotInTime
from tools.demo.assertions import ScenarioResult, failures, summary
from tools.demo.environment import DemoEnvironment, PollFailed, deploy_beside, relative_path, start_environment
from tools.demo.other_end import assertions as other_end
from tools.demo.other_end.assertions import OtherEndResult
from tools.demo.other_end.scene import run_other_end
from tools.demo.other_end.story import PARAMETERS, PARTNER, SHOP, STACK_NAME
from tools.demo.runner import run_scenarios, start_watching
from tools.demo.scenarios import SCENARIOS
from tools.demo.timeline import Timeline
from tools.demo.watchers import TooSlow
from tools.local_engine.environment import LOCAL
from tools.local_engine.errors import LocalEngineError
from tools.sample_partner import SamplePartners

WIDTH_OF_A_LOG = 120  # columns

app = typer.Typer(add_completion=False, rich_markup_mode="rich")


@app.command()
def main(
    *,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack running afterwards, to look around.")] = False,
) -> None:
    """Watch real notifications travel on this machine: delivered at once, retried, exhausted and redriven.

    Then a partner runs Herald as well, before its own system. Starts a local engine, deploys template.yaml to it, plays
    the partners' servers, and stops what it started. Exit code 0 when all four stories came out as told.
    """
    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_LOG, highlight=False)
    timeline = Timeline(console)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends it, the engine is stopped too
    try:
        with start_environment(timeline, keep=keep) as environment:
            right = _perform(environment, timeline, keep=keep)
    except LocalEngineError as fault:
        console.print(f"The stage could not be set: {fault}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        console.print("Stopped.")
        sys.exit(130)
    sys.exit(0 if right else 1)


def _perform(environment: DemoEnvironment, timeline: Timeline, *, keep: bool) -> bool:
    """Plays, judges and sums up; whether all came out as told."""
    set_up = timeline.elapsed
    try:
        with SamplePartners() as partners, start_watching(environment, partners, timeline) as context:
            results = run_scenarios(context)
            at_the_other_end = run_other_end(context, _deploy_partners_stack(environment, timeline))
    except (TooSlow, NotInTime, CliError, PollFailed) as fault:
        return _fail(timeline, [str(fault)], environment)
    timeline.headline("What happened")
    timeline.console.print(summary(results))
    if wrong := _wrong(results, at_the_other_end):
        return _fail(timeline, wrong, environment)
    timeline.console.print(other_end.summary(at_the_other_end), markup=False)
    played = timeline.elapsed - set_up
    timeline.console.print(f"All four stories came out as told: {set_up:.0f} s of set-up, {played:.0f} s of stories.")
    timeline.console.print(_look_around(environment, partners, keep=keep), markup=False, soft_wrap=True)
    return True


def _deploy_partners_stack(environment: DemoEnvironment, timeline: Timeline) -> DemoEnvironment:
    timeline.headline(f"The other end: {PARTNER} run Herald themselves, before their own {SHOP}")
    deployed = deploy_beside(environment, STACK_NAME, PARAMETERS, timeline)
    timeline.report("set-up", f"deployed the same template as {STACK_NAME}, in place of an AWS account of theirs")
    return deployed


def _wrong(results: list[ScenarioResult], at_the_other_end: OtherEndResult) -> list[str]:
    own = [f"{result.scenario.partner}: {failure}" for result in results for failure in failures(result)]
    return own + [f"{PARTNER}: {failure}" for failure in other_end.failures(at_the_other_end)]


def _fail(timeline: Timeline, sentences: list[str], environment: DemoEnvironment) -> bool:
    for sentence in sentences:
        timeline.console.print(f"Not as told: {sentence}", style="red", markup=False, soft_wrap=True)
    timeline.console.print(
        f"What the engine and the functions said is in {relative_path(environment.engine.log)}",
        markup=False,
        soft_wrap=True,
    )
    return False


def _look_around(environment: DemoEnvironment, partners: SamplePartners, *, keep: bool) -> str:
    if not keep:
        return (
            "To look around in a stack of your own: `make up`. It prints the address of the console, for a browser;"
            " `.venv/bin/herald --help` is the command line."
        )
    stack, usual = environment.stack, environment.engine.home == LOCAL
    points = "" if usual else f"export HERALD_API_URL='{stack.api_url}' HERALD_KEY={stack.keys['operator']}\n  "
    servers = " ".join(f"{scenario.path}=success" for scenario in SCENARIOS)
    return "\n".join(
        (
            f"It goes on at {stack.api_url}; `{'make down' if usual else f'kill {environment.engine.pid}'}` ends it.",
            f"  {points}.venv/bin/herald partners list",
            f"The console, for a browser, is at {stack.console_url}",
            f"  its key: {stack.keys['operator']}",
            "The partners' servers have stopped; this starts them again:",
            f"  .venv/bin/python -m tools.sample_partner --port {partners.port} {servers}",
        )
    )


if __name__ == "__main__":
    app()
