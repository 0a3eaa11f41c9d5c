"""PartnerTable: no change is lost, and a cached read is at most 30 s old."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from herald.domain.clock import SECOND
from herald.domain.ladder import Ladder
from herald.domain.partner import Partner, update_partner
from herald.domain.review.address_review import resume, suspend
from herald.store.attribute_values import to_wire
from herald.store.dynamodb import TableUnavailable
from herald.store.partner_attributes.alert_throttle import AlertThrottle
from herald.store.partner_table import CACHED_FOR, PartnerConflict, PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON, SECRET, a_partner, an_id

TABLE = "PartnerTable"
pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def partners() -> PartnerTable:
    return PartnerTable(TABLE)


def stored(partner: Partner) -> Partner:
    assert PartnerTable(TABLE).add(partner)
    return partner


def suspended(partner: Partner, by: str = "alice") -> Partner:
    return suspend(partner, by, "asked for it", NOON)


def test_added_partner_is_found_by_number(partners: PartnerTable) -> None:
    partner = stored(a_partner(ladder=Ladder.parse("1s 2s"), proposed_url="https://new.example/"))
    assert partners.get(3528) == partner
    assert partners.get(3529) is None


@pytest.mark.parametrize("partner_id", [0, -1, 10**15, 10**60])
def test_impossible_number_makes_no_request(partners: PartnerTable, partner_id: int) -> None:
    assert partners.get(partner_id) is None


def test_a_number_that_is_taken_stays_with_its_partner(partners: PartnerTable) -> None:
    partner = stored(a_partner())
    assert not partners.add(a_partner(name="somebody else"))
    assert partners.get(3528) == partner


def test_an_addition_that_the_client_repeats_is_one(partners: PartnerTable, network: Network) -> None:
    with network.repeats("PutItem"):
        assert partners.add(a_partner())


def test_a_change_is_written(partners: PartnerTable) -> None:
    before = stored(a_partner(ladder=Ladder.parse("1s")))
    after = update_partner(before, {"ladder": None, "proposed_url": "https://new.example/"}, "alice", "moved", NOON)
    partners.save(before, after)
    assert partners.get(3528) == after


def test_second_of_two_changes_conflicts(partners: PartnerTable) -> None:
    before = stored(a_partner())
    first = suspended(before, "alice")
    partners.save(before, first)
    with pytest.raises(PartnerConflict) as lost:
        partners.save(before, update_partner(before, {"name": "other"}, "bob", "new name", NOON))
    assert lost.value.current == first
    assert partners.get(3528) == first


def test_same_decision_of_two_people_conflicts(partners: PartnerTable) -> None:
    before = stored(a_partner())
    partners.save(before, suspended(before, "alice"))
    with pytest.raises(PartnerConflict):
        partners.save(before, suspended(before, "bob"))


def test_a_change_that_the_client_repeats_is_one(partners: PartnerTable, network: Network) -> None:
    before = stored(a_partner())
    with network.repeats("UpdateItem"):
        partners.save(before, suspended(before))
    current = partners.get(3528)
    assert current is not None
    assert current.version == 2


def test_change_does_not_recreate_a_partner(aws: Aws, partners: PartnerTable) -> None:
    with pytest.raises(PartnerConflict) as lost:
        partners.save(a_partner(), suspended(a_partner()))
    assert lost.value.current is None
    assert aws.items(TABLE) == []


def test_change_keeps_the_alert_attributes(aws: Aws, partners: PartnerTable) -> None:
    before, alerts = stored(a_partner()), AlertThrottle(TABLE)
    assert alerts.record_failure(an_id(1), NOON)
    owed = alerts.acquire(3528, NOON)
    assert owed is not None
    alerts.complete(3528, owed, NOON)
    assert alerts.record_failure(an_id(2), NOON + 1)
    partners.save(before, suspended(before))
    [item] = aws.items(TABLE)
    assert (item["state"], item["alerted_at"], item["alert_pending_at"], item["alert_flags"]) == (
        "suspended",
        NOON,
        NOON + 1,
        2,
    )


def test_alert_attributes_cause_no_conflict(partners: PartnerTable) -> None:
    before = stored(a_partner())
    AlertThrottle(TABLE).record_failure(an_id(1), NOON)
    partners.save(before, suspended(before))
    read = partners.get(3528)
    assert read is not None
    assert read.alert_pending_at == NOON
    partners.save(read, resume(read, "alice", "repaired", NOON))


def test_a_cached_read_asks_once_in_thirty_seconds(partners: PartnerTable, network: Network) -> None:
    before = stored(a_partner())
    assert partners.get_cached(3528, NOON) == before
    after = suspended(before)
    partners.save(before, after)
    asked = len(network.seen)
    assert partners.get_cached(3528, NOON + CACHED_FOR - 1) == before
    assert len(network.seen) == asked
    assert partners.get_cached(3528, NOON + CACHED_FOR) == after
    assert CACHED_FOR == 30 * SECOND


def test_missing_partner_is_not_cached(partners: PartnerTable) -> None:
    assert partners.get_cached(3528, NOON) is None
    stored(a_partner())
    assert partners.get_cached(3528, NOON) is not None


def test_threads_may_share_what_was_read(partners: PartnerTable) -> None:
    for n in range(1, 6):
        stored(a_partner(n))
    with ThreadPoolExecutor(10) as threads:
        found = list(threads.map(lambda n: partners.get_cached(n % 5 + 1, NOON), range(100)))
    assert [one.partner_id for one in found if one] == [n % 5 + 1 for n in range(100)]


def test_all_returns_every_page(partners: PartnerTable, network: Network) -> None:
    long = suspended(a_partner(), by="x" * 200_000)
    everybody = {n: replace(long, partner_id=n) for n in range(1, 9)}
    for partner in everybody.values():
        stored(partner)
    assert {one.partner_id: one for one in partners.all()} == everybody
    assert network.operations().count("Scan") > 1
    assert dict(partners.names()) == {number: one.name for number, one in everybody.items()}


def test_names_come_without_secrets(partners: PartnerTable, network: Network) -> None:
    stored(a_partner(name="西湖旅行"))
    assert [*partners.names()] == [(3528, "西湖旅行")]
    assert network.seen[-1][1]["ProjectionExpression"] == "partner_id, #name"


def test_error_of_dynamodb_is_table_unavailable(partners: PartnerTable, network: Network) -> None:
    before = stored(a_partner())
    with network.breaks("GetItem"), pytest.raises(TableUnavailable):
        partners.get(3528)
    with network.throttles("PutItem"), pytest.raises(TableUnavailable):
        partners.add(a_partner(2))
    with network.throttles("UpdateItem"), pytest.raises(TableUnavailable):
        partners.save(before, suspended(before))
    with network.breaks("Scan"), pytest.raises(TableUnavailable):
        list(partners.all())


def test_no_secret_is_in_what_an_error_says(partners: PartnerTable, network: Network) -> None:
    with network.throttles("PutItem"), pytest.raises(TableUnavailable) as error:
        partners.add(a_partner())
    assert SECRET not in repr(error.value) + repr(error.value.__cause__) + repr(PartnerConflict(a_partner()).current)


def test_reads_are_consistent(partners: PartnerTable, network: Network) -> None:
    partners.get(3528)
    assert network.seen[-1] == (
        "GetItem",
        {"TableName": TABLE, "Key": to_wire({"partner_id": 3528}), "ConsistentRead": True},
    )
