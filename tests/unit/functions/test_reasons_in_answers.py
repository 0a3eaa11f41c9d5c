"""How the API answers a reason: the sentence in the language asked for, the code, the values."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from customer_service.serializers.attempt_serializer import outcome_response
from customer_service.serializers.attention_serializer import attention_line_response
from customer_service.serializers.notification_serializer import notification_response
from customer_service.serializers.partner_serializer import partner_response
from herald.domain.decisions.decisions import close
from herald.domain.lists.attention import AttentionSummary
from herald.domain.notification import hold
from herald.domain.partner import EndpointTest
from herald.domain.review.address_review import with_test
from herald.domain.transitions import Action
from herald.endpoint.host_review import review_host
from herald.languages.current import set_language
from herald.languages.language import Language
from herald.languages.reason import Reason
from herald.webhook.response import WebhookResponse
from herald.webhook.verdict import judge
from tests.support.factories import NOON, REFUSED, a_notification, a_partner, an_attempt, an_outcome

DATA = {"reasonCode": "not_success.other", "reasonValues": {"status": 200, "body": "no"}}
CHINESE = {"reason": "HTTP 200，但回應內容是 `no`：必須與 `success` 完全一致", **DATA}
HELD = {"reason": "合作方已停用", "reasonCode": "held.suspended", "reasonValues": {}}


@pytest.fixture(autouse=True)
def _traditional_chinese() -> Iterator[None]:
    set_language(Language.TRADITIONAL_CHINESE)
    yield
    set_language(Language.ENGLISH)


def of(response: Any) -> dict[str, Any]:
    """The members about the reason."""
    return {name: value for name, value in response.items() if name.startswith("reason")}


def test_an_attempt_has_sentence_code_and_values() -> None:
    one = a_notification()
    shown = notification_response(replace(one, attempts=(an_attempt(one),)))

    assert of(shown["attempts"][0]) == CHINESE
    assert of(shown) == {}


def test_what_is_held_has_them_itself_and_in_its_history() -> None:
    shown = notification_response(hold(a_notification(), Reason("held.suspended"), NOON))

    assert of(shown) == HELD
    assert of(shown["history"][0]) == HELD


def test_what_a_person_wrote_has_no_code() -> None:
    shown = notification_response(close(a_notification(), Action.RESOLVE, "alice", "told them", NOON, 90))

    assert of(shown["history"][0]) == {"reason": "told them"}


def test_a_sentence_of_an_older_version_stays_english() -> None:
    old = an_outcome(reason=Reason.sentence("HTTP 500: the partner's program failed"))

    assert of(outcome_response(old)) == {"reason": "HTTP 500: the partner's program failed"}


def test_further_reasons_are_in_the_values() -> None:
    reason = judge(WebhookResponse(status=500, body=b"success", followed=b"x")).reason
    also = [{"code": "acknowledged_nevertheless", "values": {}}, {"code": "followed", "values": {"rest": "x"}}]

    assert of(outcome_response(an_outcome(reason=reason))) == {
        "reason": str(reason.in_language(Language.TRADITIONAL_CHINESE)),
        "reasonCode": "bad_status.500",
        "reasonValues": {"status": 500, "also": also},
    }


def test_a_line_of_the_work_list_has_them() -> None:
    summary = AttentionSummary(count=2, oldest=NOON, newest=NOON, reason=REFUSED)

    assert of(attention_line_response(a_partner(), summary)) == CHINESE


def test_a_test_has_them_also_in_the_partners_history() -> None:
    test = EndpointTest(url="https://shop.example/", outcome=an_outcome())
    shown = partner_response(with_test(a_partner(), test, "alice", NOON))

    assert shown["lastTest"] is not None
    assert of(shown["lastTest"]) == CHINESE
    assert of(shown["history"][0]) == CHINESE


def test_warnings_about_a_name_are_translated() -> None:
    url = "https://xn--80ak6aa92e.com/"
    shown = partner_response(a_partner(url=url))

    assert shown["urlHost"]["warnings"] == ["`аррӏе` 容易被誤認為 `apple`，但那是另一個名稱"]  # noqa: RUF001 - Cyrillic
    assert [*map(str, getattr(review_host(url), "warnings"))] == [  # noqa: B009 - it is not None
        "`аррӏе` can be taken for `apple`, which is another name"  # noqa: RUF001 - Cyrillic
    ]
