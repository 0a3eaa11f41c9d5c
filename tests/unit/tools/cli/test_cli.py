"""The `herald` command: what it requests of the API, and what it prints."""

import json
from typing import Any

import pytest

from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import ATTEMPT, ID, NOTIFICATION, PARTNER, Herald


def test_the_key_goes_out_as_a_bearer(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners"] = canned({"items": []})
    assert herald("partners", "list").code == 0
    assert api.asked[0].headers["Authorization"] == "Bearer k"


def test_with_json_stdout_is_the_answer_and_nothing_else(herald: Herald, api: StubApi) -> None:
    api.answers[f"GET /notifications/{ID}"] = canned(NOTIFICATION)
    ended = herald("notifications", "show", ID, "--json")
    assert (json.loads(ended.out), ended.err, ended.code) == (NOTIFICATION, "", 0)
    assert len(api.asked) == 1


def test_show_prints_a_notification(herald: Herald, api: StubApi) -> None:
    api.answers[f"GET /notifications/{ID}"] = canned(NOTIFICATION)
    api.answers["GET /partners/3528"] = canned(PARTNER)
    result = herald("notifications", "show", ID).result
    assert "to Lakeside [Travel] (partner 3528), order test158585" in result
    assert "snNotify: a code was redeemed (1 of 3 used, codes 41, 42, “執行成功”)" in result
    assert "not acknowledged HTTP 200, but the body was `SUCCESS`: it must be lower case (203.0.113.7:443)" in result
    assert "state failed since " in result
    assert "… 2 older attempts, counted but not kept" in result
    assert f"herald notifications redrive {ID} --reason" in result
    assert "the source" not in result


def test_show_names_the_source_where_one_submitted_it(herald: Herald, api: StubApi) -> None:
    api.answers[f"GET /notifications/{ID}"] = canned({**NOTIFICATION, "source": "0f1e2d3c4b5a6978"})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    assert "from the source 0f1e2d3c4b5a6978" in herald("notifications", "show", ID).result


UNSIGNED = {
    **ATTEMPT,
    "status": 401,
    "verdict": "bad_status",
    "reason": "HTTP 401: the partner's receiver did not accept the signature",
    "excerpt": '{"error":"bad\tsignature \u001b[2J"}\n',
}
ANSWERED = 'answered: `{"error":"bad signature <U+001B>[2J"}`'


def test_what_the_partner_answered_is_shown_with_the_reason(herald: Herald, api: StubApi) -> None:
    api.answers[f"GET /notifications/{ID}"] = canned({**NOTIFICATION, "attempts": [ATTEMPT, UNSIGNED]})
    api.answers["GET /partners/3528"] = canned({**PARTNER, "lastTest": UNSIGNED})
    api.answers["POST /partners/3528/test"] = canned(UNSIGNED)
    shown = herald("notifications", "show", ID).result
    assert ANSWERED in shown
    assert shown.count("answered:") == 1  # the first one's reason quotes its answer
    assert f"did not accept the signature; {ANSWERED}" in herald("partners", "show", "3528").result
    assert ANSWERED in herald("partners", "test", "3528").result


@pytest.mark.parametrize("excerpt", ["", " \n", "success", "SUCCESS"])
def test_an_answer_that_says_no_more_than_the_reason_is_not_shown(herald: Herald, api: StubApi, excerpt: str) -> None:
    verdict = "success" if excerpt == "success" else "not_success"
    attempt = {**ATTEMPT, "verdict": verdict, "excerpt": excerpt}
    api.answers[f"GET /notifications/{ID}"] = canned({**NOTIFICATION, "attempts": [attempt]})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    assert "answered:" not in herald("notifications", "show", ID).result


IMITATION = {
    "name": "\u0430\u0440\u0440\u04cf\u0435.com",
    "ascii": "xn--80ak6aa92e.com",
    "warnings": ["it can be taken for `apple`"],
}


def test_a_reviewer_sees_the_ascii_form_and_the_warnings(herald: Herald, api: StubApi) -> None:
    url = f"https://{IMITATION['name']}/"
    shown, looked_at = f"{url} (host xn--80ak6aa92e.com)", "Look closely: it can be taken for `apple`"
    proposed = {**PARTNER, "url": None, "proposedUrl": url, "proposedUrlHost": IMITATION}
    approved = {**PARTNER, "url": url, "urlHost": IMITATION, "proposedUrl": None}
    for partner in (proposed, approved):
        api.answers["GET /partners/3528"] = canned(partner)
        api.answers["GET /partners"] = canned({"items": [partner], "cursor": None})
        result = herald("partners", "show", "3528").result
        assert shown in result
        assert looked_at in result
        assert "xn--80ak6aa92e.com" in herald("partners", "list").out.replace("\n", "").replace(" ", "")
    api.answers["POST /partners/3528/test"] = canned(
        {**ATTEMPT, "url": url, "urlHost": IMITATION, "verdict": "success"}
    )
    assert looked_at in herald("partners", "test", "3528").result


def test_a_long_answer_is_cut(herald: Herald, api: StubApi) -> None:
    attempt = {**UNSIGNED, "excerpt": "x" * 512}
    api.answers[f"GET /notifications/{ID}"] = canned({**NOTIFICATION, "attempts": [attempt]})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    shown = herald("notifications", "show", ID).out
    assert 290 < shown.count("x") < 310


def test_where_the_partners_name_may_not_be_read_its_number_does(herald: Herald, api: StubApi) -> None:
    api.answers[f"GET /notifications/{ID}"] = canned(NOTIFICATION)
    api.answers["GET /partners/3528"] = canned({"code": 40300, "describe": "operators only"}, 403)
    ended = herald("notifications", "show", ID)
    assert (ended.code, "to partner 3528, order" in ended.result) == (0, True)


def test_an_id_is_quoted_into_the_path(herald: Herald, api: StubApi) -> None:
    api.answers["GET /notifications/..%2Fpartners"] = canned({"code": 40000, "describe": "not an id"}, 400)
    assert herald("notifications", "show", "../partners").code == 1


def test_without_a_partner_the_list_goes_by_partner(herald: Herald, api: StubApi) -> None:
    entry = {"partnerId": 3528, "name": "Lakeside", "count": 2, "oldest": "2026-11-23T04:05:06Z", "reason": "no answer"}
    api.answers["GET /notifications"] = canned({"items": [entry]})
    result = herald("notifications", "list").result
    assert (api.asked[0].url or "").endswith("/notifications?state=failed")
    assert "Lakeside (partner 3528): 2 failed" in result
    assert "mostly: no answer" in result


def test_a_partners_list_goes_one_by_one_and_says_how_to_go_on(herald: Herald, api: StubApi) -> None:
    api.answers["GET /notifications"] = canned({"items": [NOTIFICATION], "cursor": "c2"})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    result = herald(
        "notifications", "list", "--partner", "3528", "--state", "held", "--limit", "1", "--cursor", "c1"
    ).result
    assert (api.asked[0].url or "").endswith("?partnerId=3528&state=held&limit=1&cursor=c1")
    assert ID in result
    assert "add --cursor c2" in result


def test_an_order_is_asked_for_by_partner_and_order(herald: Herald, api: StubApi) -> None:
    api.answers["GET /notifications"] = canned({"items": []})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    ended = herald("notifications", "list", "--partner", "3528", "--order", "test158585")
    assert (api.asked[0].url or "").endswith("?partnerId=3528&orderId=test158585")
    assert "No such notification" in ended.result


def test_all_pages_of_an_order_are_read_and_told(herald: Herald, api: StubApi) -> None:
    query = "GET /notifications?partnerId=3528&orderId=test158585"
    api.answers[query] = canned({"items": [NOTIFICATION], "cursor": "c2"})
    api.answers[f"{query}&cursor=c2"] = canned({"items": [{**NOTIFICATION, "id": "second"}], "cursor": "c3"})
    api.answers[f"{query}&cursor=c3"] = canned({"items": [{**NOTIFICATION, "id": "third"}], "cursor": None})
    ended = herald("notifications", "list", "--partner", "3528", "--order", "test158585", "--json")
    assert [one["id"] for one in json.loads(ended.out)["items"]] == [ID, "second", "third"]


def test_a_page_of_an_order_is_read_where_one_asks_for_it(herald: Herald, api: StubApi) -> None:
    query = "GET /notifications?partnerId=3528&orderId=test158585&limit=1"
    api.answers[query] = canned({"items": [NOTIFICATION], "cursor": "c2"})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    ended = herald("notifications", "list", "--partner", "3528", "--order", "test158585", "--limit", "1")
    assert "add --cursor c2" in ended.result


def test_the_attention_list_says_how_many_it_leaves_out(herald: Herald, api: StubApi) -> None:
    line = {"partnerId": 1, "name": "A", "count": 2, "oldest": "2026-11-23T00:00:00Z", "reason": "no"}
    api.answers["GET /notifications"] = canned({"items": [line], "omitted": 7})
    assert "And 7 partners more, with fewer." in herald("notifications", "list").result


def test_an_order_without_its_partner_is_wrong_usage(herald: Herald) -> None:
    ended = herald("notifications", "list", "--order", "test158585")
    assert (ended.code, "--partner" in ended.err) == (2, True)


def test_a_redrive_carries_its_reason_and_prints_the_new_state(herald: Herald, api: StubApi) -> None:
    after = {**NOTIFICATION, "state": "waiting", "round": 2, "attempt": 1, "nextAttemptAt": "2099-01-01T00:00:00Z"}
    api.answers[f"POST /notifications/{ID}/redrive"] = canned(after)
    ended = herald("notifications", "redrive", ID, "--reason", "they repaired it", "--turn", "3")
    assert api.wish() == {"reason": "they repaired it", "turn": 3}
    assert "is now waiting" in ended.result
    assert "attempt 1 of round 2 at 20" in ended.result


def test_a_redrive_without_a_reason_is_wrong_usage(herald: Herald, api: StubApi) -> None:
    assert (herald("notifications", "redrive", ID).code, api.asked) == (2, [])


def test_creating_a_partner_prints_its_secret_once(herald: Herald, api: StubApi) -> None:
    api.answers["POST /partners"] = canned({**PARTNER, "secret": "whsec_abc", "queryKey": "qk"}, 201)
    result = herald("partners", "create", "3528", "--name", "Lakeside [Travel]", "--url", "https://a.example").result
    assert api.wish() == {"partnerId": 3528, "name": "Lakeside [Travel]", "url": "https://a.example"}
    assert "secret whsec_abc" in result
    assert "shown this once" in result


def test_all_partners_are_listed_however_many_pages_they_fill(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners"] = canned({"items": [PARTNER], "cursor": "3528"})
    api.answers["GET /partners?cursor=3528"] = canned({"items": [{**PARTNER, "partnerId": 3529}], "cursor": None})
    listed = json.loads(herald("partners", "list", "--json").out)
    assert [one["partnerId"] for one in listed["items"]] == [3528, 3529]


def test_partners_are_listed_with_what_is_proposed(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners"] = canned({"items": [PARTNER]})
    result = herald("partners", "list").result
    assert "3528 Lakeside [Travel] pending https://lakeside.example/notify (proposed)" in result


def test_a_partner_is_shown_with_its_history(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners/3528"] = canned({**PARTNER, "lastTest": ATTEMPT})
    result = herald("partners", "show", "3528").result
    assert "pending: receives nothing until its address is approved" in result
    assert "last test not acknowledged at" in result
    assert "alice: create, “registered”" in result


@pytest.mark.parametrize(("option", "which"), [((), "proposed"), (("--approved",), "approved")])
def test_a_test_goes_to_the_address_that_was_meant(
    herald: Herald, api: StubApi, option: tuple[str, ...], which: str
) -> None:
    api.answers["POST /partners/3528/test"] = canned({**ATTEMPT, "verdict": "success", "reason": "acknowledged"})
    api.answers["GET /partners/3528"] = canned(PARTNER)
    ended = herald("partners", "test", "3528", *option)
    assert json.loads(api.asked[0].body or "") == {"which": which}
    assert (ended.code, f"the {which} address acknowledged the test" in ended.result) == (0, True)


def test_a_failed_test_is_told_and_is_exit_code_1(herald: Herald, api: StubApi) -> None:
    api.answers["POST /partners/3528/test"] = canned(ATTEMPT)
    ended = herald("partners", "test", "3528", "--json")
    assert (ended.code, json.loads(ended.out)["verdict"]) == (1, "not_success")


@pytest.mark.parametrize(("option", "wish"), [((), {}), (("--force",), {"force": True})])
def test_an_approval_carries_its_reason(
    herald: Herald, api: StubApi, option: tuple[str, ...], wish: dict[str, Any]
) -> None:
    api.answers["POST /partners/3528/approve"] = canned({**PARTNER, "state": "active", "url": "https://a.example"})
    ended = herald("partners", "approve", "3528", "--reason", "signed", *option)
    assert api.wish() == {"reason": "signed", **wish}
    assert "active: receives at its approved address" in ended.result


@pytest.mark.parametrize("action", ["suspend", "resume"])
def test_a_partner_is_suspended_and_resumed_with_a_reason(herald: Herald, api: StubApi, action: str) -> None:
    api.answers[f"POST /partners/3528/{action}"] = canned({**PARTNER, "state": "suspended"})
    assert herald("partners", action, "3528", "--reason", "moving").code == 0
    assert api.wish() == {"reason": "moving"}


def test_only_what_is_given_of_a_partner_is_changed(herald: Herald, api: StubApi) -> None:
    api.answers["PATCH /partners/3528"] = canned(PARTNER)
    assert herald("partners", "change", "3528", "--ladder", "1m 5m", "--reason", "asked").code == 0
    assert api.wish() == {"ladder": "1m 5m", "reason": "asked"}
    assert herald("partners", "change", "3528", "--ladder", "", "--url", "", "--reason", "asked").code == 0
    assert api.wish() == {"ladder": None, "url": None, "reason": "asked"}


@pytest.mark.parametrize(("what", "shown"), [("secret", "secret"), ("key", "queryKey")])
def test_a_rotation_asks_first_and_shows_what_is_new_this_once(
    herald: Herald, api: StubApi, what: str, shown: str
) -> None:
    api.answers["GET /partners/3528"] = canned(PARTNER)
    api.answers[f"POST /partners/3528/rotate-{what}"] = canned({**PARTNER, shown: "whsec_new"})
    refused = herald("partners", f"rotate-{what}", "3528", "--reason", "yearly")
    assert (refused.code, "add --yes" in refused.err, [one.method for one in api.asked]) == (2, True, ["GET"])
    ended = herald("partners", f"rotate-{what}", "3528", "--reason", "yearly", "--yes")
    assert (ended.code, "whsec_new" in ended.result, "shown this once" in ended.result) == (0, True, True)


@pytest.mark.parametrize("action", ["redrive", "resolve", "cancel"])
def test_a_notification_is_decided_about_with_a_reason(herald: Herald, api: StubApi, action: str) -> None:
    api.answers[f"POST /notifications/{ID}/{action}"] = canned({**NOTIFICATION, "state": "cancelled"})
    assert herald("notifications", action, ID, "--reason", "a test", "--turn", "3").code == 0
    assert api.wish() == {"reason": "a test", "turn": 3}


def test_who_cancels_while_an_attempt_is_on_the_wire_is_told(herald: Herald, api: StubApi) -> None:
    answer = {**NOTIFICATION, "state": "cancelled", "attemptUnderWay": True}
    api.answers[f"POST /notifications/{ID}/cancel"] = canned(answer)
    result = herald("notifications", "cancel", ID, "--reason", "a test").result
    assert "but an attempt is under way, so the partner may be told this once more" in result


def test_failed_and_show_are_short_for_the_two_that_are_asked_most(herald: Herald, api: StubApi) -> None:
    api.answers["GET /notifications"] = canned({"items": []})
    assert herald("failed").result == "Nothing has failed."
    api.answers[f"GET /notifications/{ID}"] = canned(NOTIFICATION)
    api.answers["GET /partners/3528"] = canned(PARTNER)
    assert f"Notification {ID}" in herald("show", ID).result
