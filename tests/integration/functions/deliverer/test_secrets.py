"""Without the secrets nothing is attempted: the message comes again, and no claim and no attempt is counted."""

import pytest
import time_machine
from standardwebhooks.webhooks import Webhook

from herald.domain.clock import SECOND, now
from herald.domain.review.address_review import suspend
from herald.domain.review.credentials import encrypt_secret
from herald.domain.transitions import State
from herald.store.partner_table import CACHED_FOR, PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import PARTNER_ID, SECRET, a_notification, a_partner, an_id
from tests.support.functions.deliverer import AGAIN, ONE, Poster, deliver, queued
from tests.support.functions.dispatcher import current, poll, registered, stands
from tests.support.functions.secrets import secret_table

OTHER = 7001


@pytest.fixture(autouse=True)
def encrypted(poster: Poster) -> PartnerTable:  # noqa: ARG001 - it has registered the partner
    """The partner's secret is encrypted now."""
    table = PartnerTable("PartnerTable", secret_table())
    before = table.get(PARTNER_ID)
    assert before is not None
    table.save(before, encrypt_secret(before, "alice", "update", now()))
    return table


def untouched() -> bool:
    """Whether the notification stands as it was accepted: its first attempt is to come, and nobody claimed it."""
    return current(ONE) == a_notification(1)


def test_the_decrypted_secret_signs(aws: Aws, poster: Poster) -> None:
    assert deliver(aws) == []
    [post] = poster.posts
    Webhook(SECRET).verify(post.body, post.headers)


@pytest.mark.parametrize("operation", ["Decrypt", "Query"])
def test_an_outage_costs_no_attempt_however_often_the_message_comes(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller, operation: str
) -> None:
    with network.breaks(operation):
        for seconds in (10, 20, 40, 80, 160, 180):  # until it is visible again
            assert len(deliver(aws)) == 1
            clock.shift(seconds - 1)
            assert aws.records("DeliveryQueue") == []
            clock.shift(1.001)
    assert (poster.posts, untouched()) == ([], True)
    assert deliver(aws) == []
    assert (current(ONE).state, len(poster.posts), poster.posts[0].place) == (State.DELIVERED, 1, (1, 1))


def test_an_outage_beyond_the_poison_limit_ends_with_a_poll(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    with network.breaks("Decrypt"):
        for _ in range(10):
            deliver(aws)
            clock.shift(AGAIN)
        assert aws.records("DeliveryQueue") == []  # it is in PoisonQueue, whose alarm tells people
    assert untouched()
    assert poll()["ran"]
    assert deliver(aws) == []
    assert current(ONE).state is State.DELIVERED
    assert len(poster.posts) == 1


def test_an_outage_of_half_a_minute_passes_unnoticed_where_the_secret_was_read(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    deliver(aws)
    stands(second := a_notification(2))
    queued(aws, second)
    clock.shift(CACHED_FOR / SECOND - 1)
    with network.breaks("Decrypt"):
        assert deliver(aws) == []
    assert len(poster.posts) == 2


@pytest.mark.parametrize("broken", [True, False])
def test_partners_whose_secret_can_be_read_are_not_held_up(
    aws: Aws, poster: Poster, network: Network, *, broken: bool
) -> None:
    registered(a_partner(OTHER))
    stands(theirs := a_notification(2, partner_id=OTHER))
    queued(aws, theirs)
    with network.breaks("Decrypt") if broken else network.breaks("Encrypt"):
        assert len(deliver(aws)) == broken
    assert current(an_id(2, OTHER)).state is State.DELIVERED
    assert len(poster.posts) == 2 - broken


def test_what_is_to_be_held_needs_no_secret(aws: Aws, encrypted: PartnerTable, network: Network) -> None:
    before = encrypted.get(PARTNER_ID)
    assert before is not None
    encrypted.save(before, suspend(before, "alice", "moving", now()))
    with network.breaks("Decrypt"):
        assert deliver(aws) == []
    assert current(ONE).state is State.HELD


def test_a_secret_that_is_missing_ends_as_our_fault_which_people_see(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    """No repetition would ever find it: after three claims the attempt counts as failed."""
    aws.empty("SecretTable")
    for _ in range(3):
        assert len(deliver(aws)) == 1
        clock.shift(AGAIN)
    assert deliver(aws) == []
    [attempt] = current(ONE).attempts
    assert (attempt.outcome.verdict.value, poster.posts) == ("our_fault", [])


def test_who_reads_secrets_once_reads_them_for_a_whole_batch(aws: Aws, network: Network) -> None:
    """A second batch within half a minute decrypts nothing."""
    deliver(aws)
    stands(*(more := [a_notification(n) for n in range(2, 12)]))
    queued(aws, *more)
    network.seen.clear()
    deliver(aws)
    assert not {"Query", "Decrypt"} & set(network.operations())
