"""The lines that `python -m tools.scale` prints."""

from tools.scale.measured.measurement import Measured
from tools.scale.report import measured, rates
from tools.scale.simulated.limits import Times
from tools.scale.simulated.scenarios import runs

POLL = Measured(
    due=100_000,
    sent=100_000,
    different=100_000,
    finished=True,
    seconds=12.34,
    poll_cpu=1.5,
    shares=8,
    shares_cpu=6.5,
    memory=98.7,
)


def test_a_measured_poll_is_a_row_with_its_shares() -> None:
    _, _, row = measured([POLL])
    assert row == "| 100,000 | with 8 shares | 12.3 s | 1.5 s | 6.5 s | 0.080 ms | 99 MB |"


def test_a_poll_alone_has_no_cpu_of_shares() -> None:
    alone = Measured(
        due=10, sent=10, different=10, finished=True, seconds=1, poll_cpu=0.5, shares=0, shares_cpu=0, memory=80
    )
    _, _, row = measured([alone])
    assert row == "| 10 | alone | 1.0 s | 0.5 s |  | 50.000 ms | 80 MB |"


def test_the_attempts_of_each_maximum_are_told_once() -> None:
    lines = list(rates(runs(seed=1, times=Times())))
    assert [line.partition(":")[0] for line in lines] == ["50 batches", "100 batches", "200 batches"]
