"""The breaker in memory does what the table does, call by call."""

from collections.abc import Callable
from random import Random

import pytest

from herald.domain.breakers.breaker import Reserved
from herald.domain.breakers.partner_breaker import ask_for_probe, close_breaker, open_breaker
from herald.domain.clock import MINUTE, SECOND
from herald.domain.partner import Partner, ReviewRefused
from herald.domain.review.address_review import resume, suspend
from herald.store.partner_attributes.breaker_store import BreakerStore
from herald.store.partner_table import PartnerConflict, PartnerTable
from tests.support.factories import NOON, PARTNER_ID, a_partner, an_id
from tests.support.fake_breakers import MemoryPartner

type Store = BreakerStore | MemoryPartner
type Call = Callable[[Store, Partner], object]
WORKERS = ("a", "b")


def calls(chance: Random, now: int) -> list[Call]:
    """Each kind of write, with arguments by chance."""
    who, number = chance.choice(WORKERS), chance.randrange(12)
    one, asked = an_id(number), chance.random() < 0.3
    return [
        lambda store, _: store.count_outage(one, now, now + 40),
        lambda store, _: store.count_outage(one, now, now + 40),
        lambda store, _: store.forget_outages(PARTNER_ID),
        lambda store, view: store.take_probe(view, Reserved(one, 1), who, now, asked=asked),
        lambda store, _: store.fail_probe(PARTNER_ID, who, now + MINUTE),
        lambda store, _: store.return_probe(PARTNER_ID, who),
        lambda store, view: store.add_to_reserve(view, Reserved(one, 1)),
        lambda store, view: store.add_to_reserve(view, Reserved(one, 1)),
        lambda store, _: store.note_waiting(PARTNER_ID, number),
        lambda store, _: store.take_recovery(PARTNER_ID, who, now, now + MINUTE),
        lambda store, _: store.release_recovery(PARTNER_ID, who),
        lambda store, _: store.end_recovery(PARTNER_ID, who),
    ]


def decisions(now: int) -> list[Callable[[Partner], Partner]]:
    """What changes the partner with a new version."""
    return [
        lambda one: open_breaker(one, now),
        lambda one: open_breaker(one, now),
        lambda one: close_breaker(one, now),
        lambda one: ask_for_probe(one, "alice", "now", now),
        lambda one: suspend(one, "alice", "they move", now),
        lambda one: resume(one, "alice", "moved", now),
    ]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("seed", range(6))
def test_both_do_the_same(seed: int) -> None:
    chance, now = Random(seed), NOON  # noqa: S311 - nothing is kept secret by it
    table, store, memory = PartnerTable("PartnerTable"), BreakerStore("PartnerTable"), MemoryPartner(a_partner())
    assert table.add(a_partner())
    seen = [a_partner()]
    for _ in range(80):
        now += chance.choice((0, SECOND, 40 * SECOND))
        view = chance.choice(seen[-3:])
        if chance.random() < 0.25:
            decide(table, memory, view, chance.choice(decisions(now)))
        else:
            call = chance.choice(calls(chance, now))
            assert call(store, view) == call(memory, view)
        assert table.get(PARTNER_ID) == memory.partner
        seen.append(memory.partner)


def decide(table: PartnerTable, memory: MemoryPartner, view: Partner, decision: Callable[[Partner], Partner]) -> None:
    """The same change of both, or the same refusal."""
    try:
        after = decision(view)
    except ReviewRefused:
        return
    results = []
    for one in (table, memory):
        try:
            one.save(view, after)
            results.append("saved")
        except PartnerConflict:
            results.append("conflict")
    assert results[0] == results[1]
