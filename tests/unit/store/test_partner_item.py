"""A partner as an item: it reads back equal, and never exceeds an item's size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.domain.attempt import Outcome, Verdict
from herald.domain.ladder import Ladder
from herald.domain.limits.bounds import MAX_CONCURRENCY, MAX_RATE
from herald.domain.limits.extra_headers import MAX_HEADERS, MAX_NAME, MAX_VALUE
from herald.domain.partner import HISTORY_LIMIT, EndpointTest, Partner, PartnerEntry, ReviewState
from herald.languages.reason import Reason
from herald.store.attribute_values import from_wire, to_wire
from herald.store.items.partner_item import from_item, to_item
from tests.support.dynamodb_pricing import item_size
from tests.support.factories import NOON, a_partner, an_outcome
from tests.support.reasons.strategy import REASONS

MOMENTS = st.integers(1, 10**14)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
OUTCOMES = st.builds(
    Outcome,
    at=MOMENTS,
    duration_ms=st.integers(0, 15_000),
    address=st.none() | TEXTS,
    status=st.none() | st.integers(100, 599),
    verdict=st.sampled_from(Verdict),
    reason=REASONS,
    excerpt=TEXTS,
    retry_after=st.none() | MOMENTS,
)
ENTRIES = st.builds(PartnerEntry, at=MOMENTS, by=TEXTS, action=TEXTS, reason=REASONS, what=TEXTS)
PARTNERS = st.builds(
    Partner,
    partner_id=st.integers(1, 10**15 - 1),
    name=TEXTS,
    contact=TEXTS,
    state=st.sampled_from(ReviewState),
    secret=st.none() | TEXTS,
    version=st.integers(1, 10**6),
    url=st.none() | TEXTS,
    proposed_url=st.none() | TEXTS,
    internal=st.booleans(),
    proposed_internal=st.booleans(),
    ladder=st.none() | st.sampled_from([Ladder.parse("1s"), Ladder.parse("3m 6m 12m")]),
    timeout=st.none() | st.integers(1, 15),
    rate_per_second=st.none() | st.integers(1, MAX_RATE),
    concurrency=st.none() | st.integers(1, MAX_CONCURRENCY),
    headers=st.dictionaries(TEXTS, st.none() | TEXTS, max_size=3),
    previous_secret=st.none() | TEXTS,
    previous_secret_until=st.none() | MOMENTS,
    last_test=st.none() | st.builds(EndpointTest, url=TEXTS, outcome=OUTCOMES, internal=st.booleans()),
    history=st.lists(ENTRIES, max_size=3).map(tuple),
    alert_pending_at=st.none() | MOMENTS,
    alerted_at=st.none() | MOMENTS,
)


@pytest.mark.any_reason
@given(PARTNERS)
def test_written_value_reads_back(partner: Partner) -> None:
    assert from_item(from_wire(to_wire(to_item(partner)))) == partner


def test_absent_values_are_left_out() -> None:
    assert set(to_item(a_partner())) == {
        *("partner_id", "name", "contact", "state", "secret", "version", "url", "history")
    }


def test_other_attributes_are_ignored() -> None:
    item = {**to_item(a_partner()), "alert_flags": 3, "alert_lease_until": NOON}
    assert from_item(item) == a_partner()


def test_largest_partner_is_below_400_kb() -> None:
    long = PartnerEntry(
        at=NOON, by="理" * 100, action="change", reason=Reason.sentence("理" * 500), what="理" * 500 + "u" * 2_000
    )
    outcome = an_outcome(excerpt="\N{REPLACEMENT CHARACTER}" * 512, reason=Reason.sentence("理" * 300))
    url = "https://" + "u" * 1_992
    partner = a_partner(
        name="理" * 200,
        contact="理" * 200,
        url=url,
        proposed_url=url,
        last_test=EndpointTest(url=url, outcome=outcome),
        history=(long,) * HISTORY_LIMIT,
        headers={f"{n:x<{MAX_NAME}}": "v" * MAX_VALUE for n in range(MAX_HEADERS)},
    )
    assert item_size(to_wire(to_item(partner))) < 400 * 1024 - 1_000  # and the alerts' attributes
