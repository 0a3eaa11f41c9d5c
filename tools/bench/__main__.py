"""`python -m tools.bench`: measures, prints the tables and writes docs/benchmarks.md and the README's table."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from tools.bench.checkout import Checkout
from tools.bench.measurements import Measurements
from tools.bench.peers.queue_peer import BULLMQ, CELERY
from tools.bench.report.document import write
from tools.bench.report.machine import machine
from tools.bench.report.results import Results
from tools.bench.rounds import Tell, run_rounds
from tools.bench.scale import Scale

app = typer.Typer(add_completion=False, help=__doc__)
console = Console(highlight=False)


@app.command()
def bench(
    *,
    beside: Annotated[
        Path | None, typer.Option(help="Another checkout of the project to measure in the same rounds; writes no file.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each is measured.")] = Scale().rounds,
    only_rounds: Annotated[
        bool, typer.Option("--only-rounds", help="No imports, large polls and lists; writes no file.")
    ] = False,
) -> None:
    """Measures what a delivery, a submission and a poll take, beside other systems, in less than ten minutes."""
    checkouts = [Checkout(), *([Checkout(beside.resolve(), beside.name)] if beside else [])]
    peers = [peer for peer in (CELERY, BULLMQ) if peer.missing is None]
    missing = [f"{peer.name} is not measured: {peer.missing}." for peer in (CELERY, BULLMQ) if peer.missing]
    measurements = Measurements(Scale(rounds=rounds), checkouts, peers)
    with console.status("…") as status:
        tell = status.update if console.is_terminal else print  # `print`: a line each, for a log
        results = measure(measurements, missing, tell, only_rounds=only_rounds)
    for table in results.tables():
        console.print(table.in_terminal(), "")
    if not (beside or only_rounds):
        write(results, machine())


def measure(measurements: Measurements, missing: list[str], tell: Tell, *, only_rounds: bool) -> Results:
    """The results of all measurements, or of those that make rounds."""
    scale, own = measurements.scale, measurements.checkouts[0]
    names = [one.name for one in measurements.checkouts]
    rounds = run_rounds(measurements.of_a_round(), scale.rounds, tell)
    if only_rounds:
        return Results(checkouts=names, rounds=rounds, missing=missing)
    imports = run_rounds(measurements.imports(own), scale.rounds, lambda text: tell(f"import, {text}"))
    polls = []
    for count in scale.polls:
        tell(f"one poll over {count:,}")
        polls.append(measurements.poll(own, count))
    tell(f"a partner's list of {scale.listed:,}")
    return Results(
        checkouts=names,
        rounds=rounds,
        imports=imports,
        polls=polls,
        pages=measurements.partner_list(own),
        listed=scale.listed,
        missing=missing,
    )


if __name__ == "__main__":
    app()
