"""Messages of a partner with an open breaker that come back: soon enough, and never so often that they are poison."""

import pytest
import time_machine

from deliverer import dependencies as deliverer
from deliverer.receipt import MOST_RECEIPTS
from herald.domain.breakers.breaker import RESERVE
from herald.domain.clock import HOUR, MINUTE, now
from herald.store.dynamodb import TableUnavailable
from tests.support.aws.aws_stack import Aws
from tests.support.factories import NOON
from tests.support.functions.breakers import (
    a_partner_with,
    breaker,
    deliver_all,
    open_breaker_of,
    recovering_since,
    sent,
    the_partner,
    waiting,
    works,
)
from tests.support.functions.deliverer import Poster
from tests.support.functions.dispatcher import ids, partners, registered


def test_redrives_of_a_person_that_wait_for_a_probe_never_become_poison(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON, probe_id="p1", probe_until=NOON + HOUR)))
    sent(aws, *waiting(15), asked=True)
    for _ in range(12):
        deliver_all(aws)
        clock.shift(301)  # a message is released for five minutes at most
    assert poster.posts == []
    assert aws.messages("PoisonQueue") == []
    assert ids(aws) == []  # the others' messages were deleted
    assert len(breaker().reserve) == RESERVE


def test_a_redrive_by_a_person_is_released_until_its_fifth_receipt(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON, probe_id="p1", probe_until=NOON + HOUR)))
    sent(aws, *waiting(1), asked=True)
    for _ in range(MOST_RECEIPTS - 1):
        deliver_all(aws)
        assert len(aws.messages("DeliveryQueue")) == 1
        assert breaker().reserve == ()
        clock.shift(301)
    deliver_all(aws)
    assert len(breaker().reserve) == 1
    assert poster.posts == []


def test_a_partner_that_cannot_be_read_for_a_second_keeps_the_message_of_its_recovery(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner_with(recovering_since(NOON)))
    known = a_partner_with(open_breaker_of(since=NOON - MINUTE))
    deliverer.delivery().gate.partners.cache(known, now())
    works(poster)
    sent(aws, *waiting(1))
    with monkeypatch.context() as patch:
        patch.setattr("herald.store.partner_table.PartnerTable.get_and_cache", _unavailable)
        deliver_all(aws)
    assert poster.posts == []
    clock.shift(3)
    deliver_all(aws)
    assert len(poster.posts) == 1


def test_a_partner_that_cannot_be_read_for_long_has_its_message_deleted_and_not_poisoned(
    aws: Aws, poster: Poster, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(a_partner_with(open_breaker_of(since=NOON)))
    sent(aws, *waiting(1))
    monkeypatch.setattr("herald.store.partner_table.PartnerTable.get_and_cache", _unavailable)
    for _ in range(MOST_RECEIPTS):
        deliverer.delivery().gate.partners.cache(the_partner(), now())
        deliver_all(aws)
        clock.shift(20)
    assert poster.posts == []
    assert partners().get(3528) == the_partner()
    assert (ids(aws), aws.messages("PoisonQueue")) == ([], [])


def _unavailable(*_: object) -> None:
    raise TableUnavailable
