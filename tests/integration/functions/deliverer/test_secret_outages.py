"""KMS on a bad day, and headers that change meanwhile: what is due comes later, and nothing counts as an attempt."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
import time_machine

from herald.domain.clock import SECOND, now
from herald.domain.partner import Partner, update_partner
from herald.domain.review.credentials import encrypt_secret, rotate_secret
from herald.domain.transitions import State
from herald.languages.reason import Reason
from herald.store.encryption import kms
from herald.store.encryption.partner_secrets import KEPT_FOR
from herald.store.partner_table import PartnerTable
from tests.support.aws.aws_faults import Network
from tests.support.aws.aws_stack import Aws
from tests.support.factories import PARTNER_ID, SECRET, a_notification, an_outcome
from tests.support.functions.deliverer import AGAIN, ONE, Poster, deliver, queued
from tests.support.functions.dispatcher import current, poll, stands
from tests.support.functions.secrets import secret_table

KEY, OTHER = "k-5f2c-value", "k-77aa-value"
type Faults = Callable[[Network], AbstractContextManager[None]]

FAULTS: dict[str, Faults] = {
    "throttled": lambda network: network.throttles("Decrypt"),
    "disabled": lambda network: network.refuses("Decrypt", "DisabledException"),
    "to be deleted": lambda network: network.refuses("Decrypt", "KMSInvalidStateException"),
    "not allowed": lambda network: network.refuses("Decrypt", "AccessDeniedException"),
    "SecretTable is not allowed": lambda network: network.refuses("Query", "AccessDeniedException"),
    "unreachable": lambda network: network.breaks("Decrypt"),
    "answers are lost": lambda network: network.loses_the_answer("Decrypt"),
}


@pytest.fixture(autouse=True)
def table(poster: Poster) -> PartnerTable:  # noqa: ARG001 - it has registered the partner
    """Its secrets are encrypted, those of two headers among them."""
    table = PartnerTable("PartnerTable", secret_table())
    table.save(before := partner(), encrypt_secret(before, "alice", "update", now()))
    change(table, {"X-Api-Key": KEY, "X-Zone": "z-5-of-the-city"})
    return table


@pytest.fixture
def hanging() -> Iterator[str]:
    """It accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def partner() -> Partner:
    found = PartnerTable("PartnerTable").get(PARTNER_ID)
    assert found is not None
    return found


def change(table: PartnerTable, headers: dict[str, str | None]) -> None:
    table.save(before := partner(), update_partner(before, {"headers": headers}, "alice", "asked for it", now()))


def untouched() -> bool:
    """Whether the notification stands as it was accepted: its first attempt is to come, and nobody claimed it."""
    return current(ONE) == a_notification(1)


def second(aws: Aws) -> None:
    """Another notification of the partner is due."""
    stands(one := a_notification(2))
    queued(aws, one)


def test_the_decrypted_values_go_with_the_request(aws: Aws, poster: Poster) -> None:
    assert deliver(aws) == []
    [post] = poster.posts
    assert (post.headers["X-Api-Key"], post.headers["X-Zone"]) == (KEY, "z-5-of-the-city")


def test_an_answer_that_repeats_secrets_is_logged_without_them(aws: Aws, poster: Poster) -> None:
    answer = f"key {KEY[:-1]} of {SECRET}"
    poster.answering = lambda _: an_outcome(at=now(), excerpt=answer, reason=Reason.sentence(answer))
    deliver(aws)
    [attempt] = current(ONE).attempts
    assert (attempt.outcome.excerpt, attempt.outcome.reason) == ("key ••• of •••", Reason.sentence("key ••• of •••"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_kms_or_a_missing_permission_delays_and_counts_nothing(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller, fault: str
) -> None:
    with FAULTS[fault](network):
        for _ in range(4):  # four claims would have made it our fault
            assert len(deliver(aws)) == 1
            clock.shift(AGAIN)
    assert (poster.posts, untouched()) == ([], True)
    assert deliver(aws) == []
    assert (current(ONE).state, [post.place for post in poster.posts]) == (State.DELIVERED, [(1, 1)])


def test_kms_that_hangs_is_given_up_in_time(
    aws: Aws, poster: Poster, hanging: str, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_KMS", hanging)
        kms.client.cache_clear()
        began = time.perf_counter()
        assert len(deliver(aws)) == 1
        took = time.perf_counter() - began
    kms.client.cache_clear()
    assert took < 2 * kms.LONGEST_CALL / SECOND
    assert (poster.posts, untouched()) == ([], True)
    clock.shift(11)
    assert deliver(aws) == []
    assert current(ONE).state is State.DELIVERED


def test_an_outage_between_claim_and_request_counts_nothing_although_the_time_in_memory_is_over(
    aws: Aws, table: PartnerTable, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    """The second one of a batch waits for its moment by the rate; meanwhile 30 s pass and KMS fails."""
    table.save(before := partner(), update_partner(before, {"rate_per_second": 2}, "alice", "small", now()))
    deliver(aws)
    second(aws)
    with ExitStack() as outage:

        def meanwhile() -> None:
            clock.shift(KEPT_FOR / SECOND)
            outage.enter_context(network.breaks("Decrypt"))

        poster.during_pause = meanwhile
        assert deliver(aws) == []
    assert len(poster.pauses) == 1
    assert [post.place for post in poster.posts] == [(1, 1), (1, 1)]
    assert {post.headers["X-Api-Key"] for post in poster.posts} == {KEY}


def test_kms_that_fails_every_other_time_delivers_without_a_failed_attempt(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    for _ in range(6):
        with network.throttles("Decrypt"):
            assert len(deliver(aws)) == 1
        clock.shift(AGAIN)
    assert deliver(aws) == []
    assert (len(poster.posts), current(ONE).logged) == (1, 1)


# ── Changes meanwhile ──


@pytest.mark.parametrize("present", [{"X-Zone": "z-5-of-the-city"}, {}])
def test_a_header_that_is_removed_while_its_partner_is_in_memory_is_not_sent_and_costs_no_claim(
    aws: Aws, table: PartnerTable, poster: Poster, clock: time_machine.Traveller, present: dict[str, str]
) -> None:
    deliver(aws)
    clock.shift(KEPT_FOR / SECOND - 1)  # the deliverer reads the partner anew, and keeps it a little longer
    second(aws)
    clock.shift(1)
    table.save(before := partner(), rotate_secret(before, "whsec_bmV3", "bob", "yearly", now()))
    change(table, {"X-Api-Key": None, **dict.fromkeys({"X-Zone"} - present.keys())})
    assert deliver(aws) == []
    last = poster.posts[-1].headers
    assert {name: value for name, value in last.items() if name.startswith("X-")} == present


def test_a_partner_in_memory_whose_header_was_removed_is_read_again(
    aws: Aws, table: PartnerTable, poster: Poster, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = partner()
    change(table, {"X-Api-Key": None})
    monkeypatch.setattr(PartnerTable, "get_cached", cached_as(old))
    assert deliver(aws) == []
    assert "X-Api-Key" not in poster.posts[0].headers


def cached_as(old: Partner) -> Callable[[PartnerTable, int, int], Partner | None]:
    """The registry whose memory has this partner, until it is read again."""

    def get_cached(table: PartnerTable, partner_id: int, _now: int) -> Partner | None:
        _, kept = table._cache.get(partner_id, (0, old))
        return kept

    return get_cached


def test_a_new_value_is_sent_half_a_minute_later_at_the_latest(
    aws: Aws, table: PartnerTable, poster: Poster, clock: time_machine.Traveller
) -> None:
    deliver(aws)
    change(table, {"x-api-key": OTHER})
    clock.shift(KEPT_FOR / SECOND)
    second(aws)
    assert deliver(aws) == []
    assert poster.posts[-1].headers["x-api-key"] == OTHER
    assert "X-Api-Key" not in poster.posts[-1].headers


def test_a_value_that_is_missing_ends_as_our_fault_which_people_see(
    aws: Aws, poster: Poster, clock: time_machine.Traveller
) -> None:
    """The request without it would be another one than the partner asked for."""
    aws.dynamodb.delete_item(
        TableName="SecretTable", Key={"partner_id": {"N": str(PARTNER_ID)}, "name": {"S": "header:x-api-key"}}
    )
    for _ in range(3):
        assert len(deliver(aws)) == 1
        clock.shift(AGAIN)
    assert deliver(aws) == []
    [attempt] = current(ONE).attempts
    assert (attempt.outcome.verdict.value, poster.posts) == ("our_fault", [])


def test_the_poison_limit_of_a_long_outage_loses_nothing(
    aws: Aws, poster: Poster, network: Network, clock: time_machine.Traveller
) -> None:
    with network.throttles("Decrypt"):
        for _ in range(10):
            deliver(aws)
            clock.shift(AGAIN)
    assert poll()["ran"]
    assert deliver(aws) == []
    assert (current(ONE).state, len(poster.posts)) == (State.DELIVERED, 1)
