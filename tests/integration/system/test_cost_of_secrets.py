"""How often secrets are decrypted and read, and that docs/operations.md reckons with it."""

from collections.abc import Iterator

import pytest
import time_machine

from herald.domain.clock import SECOND, now
from herald.domain.partner import register, update_partner
from herald.domain.review.credentials import rotate_secret
from herald.domain.transitions import State
from herald.store.encryption.partner_secrets import KEPT_FOR
from herald.store.partner_table import PartnerTable
from tests.integration.system.test_cost_of_watching import COLUMNS, number, rows
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, PARTNER_ID, a_notification, a_partner, an_id
from tests.support.functions.deliverer import deliver, employed, queued
from tests.support.functions.dispatcher import current, stands
from tests.support.functions.secrets import secret_table

NOTIFICATIONS = 5
COSTS = "| What the encryption costs at most |"


@pytest.fixture(autouse=True)
def clock(aws: Aws) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - its environment
    with time_machine.travel(NOON / SECOND, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> PartnerTable:
    """The registry, with a partner whose secret is encrypted."""
    employed(monkeypatch)
    table = PartnerTable("PartnerTable", secret_table())
    assert table.add(a_partner(history=register(a_partner(), "alice", NOON).history))
    return table


def decrypted(aws: Aws, network: Network, clock: time_machine.Traveller, seconds_between: float) -> list[int]:
    """How many secrets are decrypted at each of some attempts, one after the other."""
    counts = []
    for n in range(1, NOTIFICATIONS + 1):
        stands(one := a_notification(n, at=now()))
        queued(aws, one)
        network.seen.clear()
        assert deliver(aws) == []
        assert current(an_id(n)).state is State.DELIVERED
        counts.append(network.operations().count("Decrypt"))
        assert network.operations().count("Query") == (counts[-1] > 0)
        clock.shift(seconds_between)
    return counts


def test_an_attempt_decrypts_one_secret_at_most(aws: Aws, network: Network, clock: time_machine.Traveller) -> None:
    assert decrypted(aws, network, clock, KEPT_FOR / SECOND) == [1] * NOTIFICATIONS


def test_attempts_within_half_a_minute_share_one(aws: Aws, network: Network, clock: time_machine.Traveller) -> None:
    assert decrypted(aws, network, clock, KEPT_FOR / SECOND / NOTIFICATIONS) == [1, 0, 0, 0, 0]


def test_two_are_decrypted_for_a_day_after_a_rotation(
    aws: Aws, network: Network, clock: time_machine.Traveller, table: PartnerTable
) -> None:
    before = table.get(PARTNER_ID)
    assert before is not None
    table.save(before, rotate_secret(before, "whsec_bmV3", "alice", "once a year", now()))
    assert decrypted(aws, network, clock, KEPT_FOR / SECOND) == [2] * NOTIFICATIONS


def test_each_header_of_a_partner_is_one_more(
    aws: Aws, network: Network, clock: time_machine.Traveller, table: PartnerTable
) -> None:
    before = table.get(PARTNER_ID)
    assert before is not None
    headers = {"headers": {"X-Api-Key": "k-5f2c", "X-Zone": "5"}}
    table.save(before, update_partner(before, headers, "alice", "asked for it", now()))
    assert decrypted(aws, network, clock, KEPT_FOR / SECOND) == [3] * NOTIFICATIONS


@pytest.mark.parametrize("column", COLUMNS)
def test_the_costs_of_the_document_are_one_decryption_and_one_read_for_each_attempt(column: int) -> None:
    millions, (key, decrypting, reading, together) = COLUMNS[column], rows(COSTS)
    cells = {name: row[column].split("=") for name, row in (("key", key), ("KMS", decrypting), ("table", reading))}
    assert {name: number(quantity) for name, (quantity, _) in cells.items()} == {
        "key": 1,
        "KMS": millions,
        "table": millions,
    }
    prices = {"key": 1.00, "KMS": 3.00, "table": 0.125}
    costs = {name: number(cost) for name, (_, cost) in cells.items()}
    assert costs == {name: pytest.approx(number(cells[name][0]) * prices[name], abs=0.006) for name in prices}
    assert number(together[column]) == pytest.approx(sum(costs.values()), abs=0.006)
