"""Publishers and operators of a soak: what they note of answers, refusals and silence."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from herald.domain.clock import now
from tools.common.api_client import Acknowledged
from tools.common.errors import CliError, Refused, Unreachable
from tools.prove.journal import Journal
from tools.prove.operating import Operator
from tools.prove.partners import PARTNERS
from tools.prove.publishing import Ledger, Publisher
from tools.sample_partner import Request, SamplePartners

REFUSED = Refused("it is delivered", code=40_900)
FAILED = Refused("Herald cannot answer now", code=50_300)
SILENT = Unreachable("no answer in time")


def chance() -> Random:
    return Random(1)  # noqa: S311 - chosen, not secret


class Api:
    """Answers each request with the next of these; after the last one it always succeeds."""

    def __init__(self, *faults: CliError) -> None:
        self.faults, self.payloads = list(faults), list[bytes]()

    def send(self, payload: bytes) -> Acknowledged:
        self.payloads.append(payload)
        self._fail()
        return Acknowledged(json.loads(payload)["body"]["orderId"])

    def act_on_notification(self, *_: Any) -> dict[str, Any]:
        self._fail()
        return {}

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)


def times(count: int) -> Callable[[float], bool]:
    """Waits so many times, and then the soak is over."""
    left = iter([False] * count)
    return lambda _: next(left, True)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal")
    yield journal
    journal.close()


def test_a_publisher_submits_the_same_bytes_until_they_are_accepted() -> None:
    api: Any = Api(FAILED, SILENT)
    ledger = Ledger()
    Publisher(0, api, ledger, chance(), per_second=1e6).publish(times(1))
    assert (len(set(api.payloads)), len(api.payloads), ledger.unknown) == (1, 3, 2)
    assert [one.payload for one in ledger.accepted().values()] == [api.payloads[0]]


def test_publishers_submit_for_all_partners_and_now_and_then_twice() -> None:
    api: Any = Api()
    ledger = Ledger()
    Publisher(0, api, ledger, chance(), per_second=1e6).publish(times(400))
    assert {one.partner_id for one in ledger.accepted().values()} == {partner.number for partner in PARTNERS}
    assert ledger.again > 0
    assert len(ledger.accepted()) + ledger.again == 400


@pytest.mark.parametrize(("fault", "noted"), [(None, [True]), (REFUSED, []), (FAILED, [False]), (SILENT, [False])])
def test_an_operator_notes_what_took_effect_or_may_have(
    journal: Journal, fault: CliError | None, noted: list[bool]
) -> None:
    api: Any = Api(*([fault] if fault else []))
    operator = Operator(api, SamplePartners(), Ledger(), journal, chance())
    operator._decide("cancel", "8101_UDEtMQ_0123", 8101)
    assert [decision.answered_at is not None for decision in operator.decisions] == noted


def test_an_operator_closes_what_a_server_was_asked_last_and_has_not_answered(journal: Journal) -> None:
    server, name = SamplePartners(), PARTNERS[0].path
    asked = [f"8101_UDEtMQ_{place}" for place in range(3)]
    for place, one in enumerate(asked):
        request = Request(at=now() + place, method="POST", path="/", headers={"webhook-id": one}, body=b"")
        server.request_log.write(name, request)
    server.request_log.answered(name, 3)
    api: Any = Api()
    operator = Operator(api, server, Ledger(), journal, chance())
    operator._close_under_way()
    assert [(one.id, one.action in {"resolve", "cancel"}) for one in operator.decisions] == [(asked[1], True)]


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda partner: partner.name)
def test_a_seed_always_chooses_the_same_answers(partner: Any) -> None:
    assert partner.answers(1) == partner.answers(1)
