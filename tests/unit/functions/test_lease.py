"""The lease of a poll is renewed as long as the poll works, whatever a renewal comes to, and not a moment longer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Event

import pytest

from dispatcher import lease
from herald.domain.clock import MINUTE, now
from herald.runtime.logging import logger
from herald.store.dynamodb import LONGEST_CALL, TableUnavailable

RENEW_EVERY = lease.RENEW_EVERY


@dataclass
class Leases:
    """Notes what is called; `comes_to` says what becomes of each renewal."""

    comes_to: Callable[[int], bool]
    enough: int
    calls: list[str] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    reached: Event = field(default_factory=Event)

    def renew_lease(self, poll_id: str, until: int) -> bool:
        self.calls.append(f"renew {poll_id}")
        self.until.append(until)
        if len(self.calls) >= self.enough:
            self.reached.set()
        return self.comes_to(len(self.calls))

    def end_lease(self, poll_id: str) -> None:
        self.calls.append(f"end {poll_id}")


@pytest.fixture(autouse=True)
def _often() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lease, "RENEW_EVERY", 1)  # ms
        yield


def unavailable_at(*numbers: int, fault: Exception) -> Callable[[int], bool]:
    def comes_to(number: int) -> bool:
        if number in numbers:
            raise fault
        return True

    return comes_to


@pytest.mark.parametrize(
    "comes_to",
    [
        lambda _: True,
        unavailable_at(1, fault=TableUnavailable("ReadTimeoutError")),
        unavailable_at(1, 2, 3, fault=TableUnavailable("ThrottlingException")),
        unavailable_at(2, fault=TableUnavailable("InternalServerError")),
        unavailable_at(1, 3, fault=ConnectionError()),
        unavailable_at(4, fault=ValueError("a bug")),
    ],
)
def test_the_lease_is_renewed_until_the_poll_ends_and_then_ended_once(comes_to: Callable[[int], bool]) -> None:
    leases, began_at = Leases(comes_to, enough=5), now()
    with lease.hold_lease(leases, "p1"):
        assert leases.reached.wait(30)
    assert leases.calls[:5] == ["renew p1"] * 5
    assert leases.calls[-1] == "end p1"
    assert leases.calls.count("end p1") == 1
    assert all(began_at + lease.LEASE <= until <= now() + lease.LEASE for until in leases.until)


@pytest.mark.parametrize("taken_at", [1, 2, 3])
def test_a_lease_that_another_poll_has_taken_is_not_renewed_any_more_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, taken_at: int
) -> None:
    def warning(message: str) -> None:
        said.append(message)
        told.set()

    said, told = list[str](), Event()
    monkeypatch.setattr(logger, "warning", warning)
    leases = Leases(lambda number: number < taken_at, enough=taken_at)
    with lease.hold_lease(leases, "p1"):
        assert told.wait(30)
    assert leases.calls == ["renew p1"] * taken_at + ["end p1"]
    assert said == ["another poll has taken over"]


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_poll_that_fails_ends_its_lease_too(fault: type[BaseException]) -> None:
    leases = Leases(lambda _: True, enough=1)
    with pytest.raises(fault), lease.hold_lease(leases, "p1"):
        raise fault
    assert leases.calls[-1] == "end p1"


def test_a_renewal_may_hang_and_fail_once_before_the_lease_ends() -> None:
    assert RENEW_EVERY + LONGEST_CALL + RENEW_EVERY <= lease.LEASE < MINUTE
