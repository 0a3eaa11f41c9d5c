"""The story of one notification."""

import pytest

from console.pages.notifications.story import story_page
from console.rendering.forms import RefusedForm
from console.request import Form
from customer_service.schemas.notifications import Notification
from herald.domain.clock import MINUTE, iso
from herald.languages.current import set_language
from herald.languages.language import Language
from tests.support.console.page_text import actions, elements, text_of, value_of
from tests.support.console.samples.administration_samples import NOW, open_breaker, partner, recovering_breaker, session
from tests.support.console.samples.notification_samples import (
    CODE,
    NOTIFICATION_ID,
    TIMEOUT,
    around,
    attempt,
    decision,
    hostile_notification,
    largest_notification,
    notification,
    payload,
)

PATH = f"/console/notifications/{NOTIFICATION_ID}"
CHANGED = {"": "somebody changed it since you saw it"}


def story(state: str = "failed", **changes: object) -> str:
    return text_of(story_page(session(), notification(state, **changes), around()))


def refused(name: str, **problems: str) -> RefusedForm:
    return RefusedForm(name, Form((("reason", "they wrote"), ("turn", "6"))), problems or CHANGED)


def test_it_says_what_is_told_to_whom() -> None:
    text = story()

    assert "Order test158585 failed" in text
    assert f"Event a code was redeemed Partner 西湖旅行 West Lake 3528 Voucher codes {CODE} Used 1 of 3 used" in text
    assert "Result 執行成功" in text


def test_a_refund_says_how_much_in_all() -> None:
    one = payload(reQuantity=2, usedQuantity=None, orderQuantity=None).replace("snNotify", "reNotify")

    text = story(payload=one, method="reNotify")

    assert "Event a refund was decided" in text
    assert "Refunded in all 2" in text
    assert " used " not in text.partition("What comes next")[0]


@pytest.mark.parametrize(
    ("due_at", "said", "when"),
    [
        (
            NOW - MINUTE,
            "It is due and not attempted now, because the partner's server does not answer.",
            "due; held back",
        ),
        (NOW + 6 * MINUTE, "If it answers before this notification falls due, it is sent earlier", "in 6 min"),
    ],
)
def test_while_the_breaker_is_open_it_says_since_when_and_when_the_next_probe_is(
    due_at: int, said: str, when: str
) -> None:
    one = notification("waiting", nextAttemptAt=iso(due_at))
    text = text_of(story_page(session(), one, around(partner=partner(breaker=open_breaker()))))

    assert said in text
    assert f"{when} Stopped answering 2026-11-26 03:31:02 UTC Next probe 2026-11-26 04:07:04 UTC" in text
    assert "this notification is attempted all the same, as a probe." in text


def test_while_a_server_recovers_what_waits_is_sent() -> None:
    text = text_of(
        story_page(session(), notification("waiting"), around(partner=partner(breaker=recovering_breaker())))
    )

    assert "The partner's server answers again: what waits is sent now, the oldest first." in text
    assert "as a probe" not in text


def test_a_delivered_one_says_nothing_of_the_breaker() -> None:
    text = text_of(story_page(session(), notification("delivered"), around(partner=partner(breaker=open_breaker()))))

    assert "Stopped answering" not in text


def test_a_partner_that_is_not_registered_any_more_is_named_by_its_number() -> None:
    text = text_of(story_page(session(), notification(), around(partner=None)))

    assert "Partner not in the registry 3528" in text


def test_every_attempt_has_its_moment_duration_address_status_verdict_and_answer() -> None:
    text = story()

    assert "Attempt 1 · 2026-11-26 03:06:06 UTC · 41 ms · 203.0.113.7:443 · HTTP 200 · not acknowledged" in text
    assert "Attempt 2 · 2026-11-26 03:07:06 UTC · 41 ms · no connection · no response · name not found" in text
    assert "HTTP 503 Answered: <h1>Service Unavailable</h1>" in text


def test_an_answer_that_the_reason_quotes_stands_there_only() -> None:
    assert "Answered: SUCCESS" not in story()
    assert "Answered: SUCCESS" in story(attempts=[attempt(1, reason="not acknowledged")])


def test_attempts_stand_by_round_the_newest_first() -> None:
    text = story(attempts=[attempt(1), attempt(2), attempt(1, round=2)], round=2)

    assert text.index("Round 2") < text.index("Round 1") < text.index("Attempt 2 ·") < text.rindex("Attempt 1 ·")


def test_attempts_that_are_not_kept_are_counted() -> None:
    assert "Only the last 40 attempts are kept. Older ones, which are only counted: 1,960" in story(olderAttempts=1_960)
    assert "only counted" not in story()


def test_a_waiting_one_says_when_and_where_on_the_ladder_the_next_attempt_is() -> None:
    text = story("waiting")

    assert "It is sent by itself. Next attempt 2026-11-26 04:11:06 UTC , in 6 min" in text
    assert "attempt 4 of at most 5, round 1" in text
    assert "Without an acknowledgement the next attempt follows 24 min later." in text


def test_the_last_attempt_of_the_ladder_is_named_as_such() -> None:
    assert "It is the last attempt of the ladder" in story("waiting", attempt=5)


def test_an_attempt_that_is_due_now_says_so() -> None:
    assert "due now: it is being sent, or the next poll sends it" in story("waiting", nextAttemptAt=iso(NOW))
    assert "in 1 s" in story("waiting", nextAttemptAt=iso(NOW + 1_000))


def test_a_waiting_one_of_a_suspended_partner_will_be_held() -> None:
    suspended = around(partner=partner(state="suspended"))

    assert "when it falls due it is held" in text_of(story_page(session(), notification("waiting"), suspended))
    assert "it is held" not in story("waiting")


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("held", "It is sent by itself once the partner may receive again."),
        ("failed", "Nothing happens by itself: a person must decide."),
        ("delivered", "Nothing: the partner acknowledged it. Place attempt 3 of round 1"),
        ("resolved", "Nothing: a person recorded that it was settled in another way."),
        ("cancelled", "Nothing: a person decided that it must not be sent."),
    ],
)
def test_every_state_says_what_comes_next(state: str, sentence: str) -> None:
    assert f"What comes next {sentence}" in story(state)


def test_a_failed_one_says_since_when_and_why() -> None:
    assert f"Since 2026-11-26 03:15:06 UTC Because {TIMEOUT}" in story()


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        ("waiting", ["redrive", "resolve", "cancel"]),
        ("held", ["resolve", "cancel"]),
        ("delivered", ["redrive"]),
        ("failed", ["redrive", "resolve", "cancel"]),
        ("resolved", ["redrive"]),
        ("cancelled", ["redrive"]),
    ],
)
def test_the_state_decides_what_is_offered(state: str, allowed: list[str]) -> None:
    html = story_page(session(), notification(state), around())

    assert actions(html) == [f"{PATH}/{name}" for name in allowed]
    assert {one["value"] for one in elements(html, "input") if one.get("name") == "turn"} == {"7"}


def test_every_decision_says_what_will_happen() -> None:
    text = story(round=4)

    assert "It is sent again now, by the whole ladder until it is acknowledged: round 5 begins." in text
    assert "It was settled in another way: it is not sent any more. It can be redriven later." in text
    assert "the partner's order query leaves it out" in text


def test_a_redrive_of_a_delivered_one_says_that_the_partner_has_it() -> None:
    assert "The partner acknowledged it already. It is sent once more" in story("delivered")


def test_an_attempt_under_way_is_told_with_each_decision() -> None:
    assert story("waiting", attemptUnderWay=True).count("An attempt is under way, which may still reach") == 3


def test_a_viewer_sees_no_form_and_no_whole_code() -> None:
    quoting = attempt(1, excerpt=f"{CODE} is unknown", reason=f"HTTP 400: {CODE}")
    one = notification(
        payload=payload(extra=[CODE, {"note": f"for {CODE}"}]).replace(CODE, "41\\u0031258698456", 1),
        attempts=[quoting],
        reason=f"because of {CODE}",
        history=[decision(reason=f"{CODE} was used twice")],
    )
    html = story_page(session("viewer"), one, around(), whole=True, refused=refused("redrive"))

    assert CODE not in html
    assert "0031125" not in html
    assert text_of(html).count("••••••••8456") == 11
    assert actions(html) == []


def test_a_viewer_does_not_see_a_code_that_was_cut_off_either() -> None:
    quoting = attempt(1, excerpt="x" * 500 + CODE[:11], reason=f"HTTP 400, the body was `not known: {CODE[:6]}…`")
    html = story_page(session("viewer"), notification(attempts=[quoting]), around(), whole=True)

    assert CODE[:6] not in html
    assert "the body was `not known: ••••••…`" in text_of(html)


def test_an_operator_sees_the_codes() -> None:
    assert "•" not in story()


def test_the_payload_is_shown_as_it_is_sent() -> None:
    html = story_page(session(), notification(payload=payload(note="a\tb\u202e")), around())

    assert text_of(html).endswith('"usedQuantity":1,"sncode":"411258698456","note":"a\\tb\\u202e"}}')


def test_every_field_has_its_meaning() -> None:
    text = story(payload=payload(gate=7, amount=1.50))

    assert "body.orderStatus 9 8 all used, 9 partly used, 6 refunded, 7 refund refused" in text
    assert "body.gate 7 not in the contract; sent on as it was submitted" in text
    assert "body.amount 1.5 not in the contract" in text


def test_the_history_says_who_when_what_and_why_the_newest_first() -> None:
    text = story(
        history=[
            decision("hold", "waiting", "held", by="herald", reason="the partner is suspended"),
            decision("resolve", "held", "resolved", job="20261126T040006-1f2e3d4c"),
        ]
    )

    assert "04:04:06 UTC bob resolve held → resolved by a job their server is repaired" in text
    assert text.index("bob resolve") < text.index("Herald hold waiting → held the partner is suspended")


def test_only_the_newest_of_many_changes_are_shown_until_all_are_asked_for() -> None:
    one = notification(history=[decision(reason=f"reason {number}.") for number in range(20)])
    short, whole = (text_of(story_page(session(), one, around(), whole=all_of_it)) for all_of_it in (False, True))

    assert ("reason 4." in short, "reason 5." in short, "not shown here: 5" in short) == (False, True, True)
    assert ("reason 0." in whole, "not shown here" in whole) == (True, False)


def test_a_conflict_says_who_was_first_and_keeps_what_was_typed() -> None:
    one = notification("waiting", turn=8, history=[decision()])
    html = story_page(session(), one, around(), refused=refused("cancel"))
    text = text_of(html)

    assert "somebody changed it since you saw it" in text
    assert "Last change: 2026-11-26 04:04:06 UTC , bob : redrive, their server is repaired" in text
    assert [one["value"] for one in elements(html, "input") if one.get("id") == "cancel-reason"] == ["they wrote"]
    assert value_of(html, "turn") == "8"
    assert [*("open" in one for one in elements(html, "details"))] == [False, False, True]


def test_a_conflict_with_an_attempt_names_the_attempt() -> None:
    last = attempt(4, at=iso(NOW - 1_000), verdict="success", reason="acknowledged")
    one = notification("delivered", attempts=[last], history=[decision(at=iso(NOW - MINUTE))])

    text = text_of(story_page(session(), one, around(), refused=refused("redrive")))

    assert "Last change: 2026-11-26 04:05:05 UTC , Herald : acknowledged, acknowledged" in text


def test_what_was_typed_is_kept_where_the_action_is_not_offered_any_more() -> None:
    one = notification("resolved", history=[decision("resolve", "failed", "resolved")])
    text = text_of(story_page(session(), one, around(), refused=refused("cancel")))

    assert "bob : resolve, their server is repaired What you typed: they wrote" in text


def test_a_refused_reason_names_nobody_else() -> None:
    wrong = refused("redrive", reason="`reason` must be 1 to 500 characters that say why")
    text = text_of(story_page(session(), notification(history=[decision()]), around(), refused=wrong))

    assert "`reason` must be 1 to 500 characters that say why" in text
    assert "Last change" not in text


def test_after_a_decision_the_next_case_is_one_click_away() -> None:
    html = story_page(session(), notification("waiting"), around(next_case=NOTIFICATION_ID), notice="It is redriven.")

    assert f'<a class="button" href="{PATH}">Next case: order test158585</a>' in html
    assert "Next case" not in story()


def test_where_there_is_no_next_case_the_work_list_is_one_click_away() -> None:
    html = story_page(session(), notification("waiting"), around(), notice="It is redriven.")

    assert '<a class="button" href="/console">Go to the work list</a>' in html


def test_a_hostile_partner_is_text() -> None:
    html = story_page(session(), hostile_notification(), around())

    assert elements(html, "img") == []
    assert "{{7*7}}\\u202e<b>" in text_of(html)
    assert not {"\u202e", "\x1b"} & {*html}
    assert all(not one.get("href", "").startswith("javascript") for one in elements(html, "a"))


def test_the_largest_notification_is_a_small_page() -> None:
    html = story_page(session(), largest_notification(), around(), notice="It is redriven.")

    assert len(html.encode()) < 60 * 1024


def test_nothing_is_cut_where_everything_is_asked_for() -> None:
    one = largest_notification()
    html = story_page(session(), one, around(), whole=True)

    assert one["payload"] in text_of(html)
    assert "…" not in text_of(html)
    assert "Show everything whole" not in text_of(html)


@pytest.mark.parametrize(
    "one",
    [
        notification(payload=payload(note="x" * 5_000)),
        notification(payload=payload(sncode="1,2,3,4,5,6")),
        notification(history=[decision()] * 16),
        notification(attempts=[attempt(1, reason="x" * 1_300)]),
    ],
    ids=["field", "codes", "history", "reason"],
)
def test_what_is_cut_can_be_shown_whole(one: Notification) -> None:
    html = story_page(session(), one, around())

    assert f'href="{PATH}?show=whole#payload"' in html
    assert "show=whole" not in story_page(session(), notification(), around())


def test_a_state_and_a_method_of_a_later_version_are_shown_as_they_are() -> None:
    text = story("failed", method="giftNotify")

    assert "Event giftNotify" in text


def test_the_page_speaks_the_readers_language() -> None:
    set_language(Language.TRADITIONAL_CHINESE)
    try:
        text = story()
    finally:
        set_language(Language.ENGLISH)

    assert "失敗" in text
    assert "What comes next" not in text
