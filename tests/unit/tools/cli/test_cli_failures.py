"""`herald send`, and every command that fails: wrong usage, a refusal, no response."""

import io
import json
import sys
from pathlib import Path

import pytest
import requests

from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import ID, Herald
from tools.common.api_client import ApiClient
from tools.common.errors import Misused
from tools.common.target import Target

SUCCESS = (200, {"Content-Type": "text/plain", "herald-notification-id": ID}, b"success")
PAYLOAD = '{ "code" : 10000,\n "describe":"執行成功"}\n'.encode()


def test_a_file_is_sent_byte_for_byte_and_its_id_is_printed(herald: Herald, api: StubApi, tmp_path: Path) -> None:
    api.answers["POST /notifications"] = SUCCESS
    (tmp_path / "event.json").write_bytes(PAYLOAD)
    ended = herald("send", str(tmp_path / "event.json"))
    assert (api.asked[0].body, api.asked[0].headers["Content-Type"]) == (PAYLOAD, "application/json")
    assert ended.result == f"success: {ID}"


def test_stdin_can_be_sent(herald: Herald, api: StubApi, monkeypatch: pytest.MonkeyPatch) -> None:
    api.answers["POST /notifications"] = SUCCESS
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PAYLOAD)))
    assert json.loads(herald("send", "-", "--json").out) == {"id": ID, "answer": "success"}
    assert api.asked[0].body == PAYLOAD


def test_a_file_that_is_not_there_is_wrong_usage(herald: Herald) -> None:
    ended = herald("send", "nowhere.json")
    assert (ended.code, "nowhere.json cannot be read: No such file" in ended.err) == (2, True)


def test_anything_but_success_is_no_acknowledgement(herald: Herald, api: StubApi, tmp_path: Path) -> None:
    api.answers["POST /notifications"] = (200, {"Content-Type": "text/html"}, b"<html>success</html>")
    (tmp_path / "event.json").write_bytes(PAYLOAD)
    assert herald("send", str(tmp_path / "event.json")).code == 3


def test_a_refusal_is_the_apis_own_sentence_and_exit_code_1(herald: Herald, api: StubApi) -> None:
    api.answers[f"POST /notifications/{ID}/redrive"] = canned({"code": 40900, "describe": "it is held"}, 409)
    ended = herald("notifications", "redrive", ID, "--reason", "x")
    assert (ended.code, ended.out, ended.err) == (1, "", "herald: it is held\n")


def test_with_json_a_refusal_is_json_on_stderr(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners/3528"] = canned({"code": 40400, "describe": "no partner 3528"}, 404)
    ended = herald("partners", "show", "3528", "--json")
    assert (ended.code, ended.out) == (1, "")
    assert json.loads(ended.err) == {"code": 40400, "describe": "no partner 3528", "exitCode": 1}


@pytest.mark.parametrize(
    ("status", "word"), [(401, "--key"), (403, "herald keys create"), (429, "a moment"), (503, "again")]
)
def test_what_the_gateway_answers_by_itself_is_told_with_a_remedy(
    herald: Herald, api: StubApi, status: int, word: str
) -> None:
    api.answers["GET /partners"] = canned({"message": "Forbidden"}, status)
    ended = herald("partners", "list")
    assert (ended.code, word in ended.err) == (1, True)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (requests.ConnectionError(), "no connection"),
        (requests.ReadTimeout(), "no answer in time"),
        (requests.exceptions.SSLError(), "TLS"),
    ],
)
def test_an_api_that_does_not_answer_is_exit_code_3(herald: Herald, api: StubApi, fault: Exception, cause: str) -> None:
    api.answers["GET /partners"] = fault
    ended = herald("partners", "list")
    assert (ended.code, f"https://herald.example does not answer ({cause})" in ended.err) == (3, True)


@pytest.mark.parametrize("status", [200, 302, 404])
def test_somebody_else_at_that_address_is_exit_code_3(herald: Herald, api: StubApi, status: int) -> None:
    api.answers["GET /partners"] = (status, {"Content-Type": "text/html"}, b"<html>Welcome</html>")
    ended = herald("partners", "list")
    assert (ended.code, f"is not Herald (HTTP {status}, text/html)" in ended.err) == (3, True)


@pytest.mark.parametrize(
    "address",
    [
        "herald.example",
        "http://[x",
        "http://x]",
        "http://[::1",
        "http://[1.2.3.4]",
        "http://a:99999",
        "http://a:b",
        "ftp://herald.example",
        "http://..example",
        "http://a\u2100b.example",
        f"http://{'a' * 70}.example",
        f"https://herald.{'a' * 64}",
        "https://",
    ],
)
def test_an_address_that_is_none_is_wrong_usage(address: str) -> None:
    with pytest.raises(Misused, match="is no address of an API"):
        ApiClient(Target(address, "key"), requests.Session()).partners()


@pytest.mark.parametrize(
    "arguments", [("partners", "show"), ("partners", "show", "x"), ("partners", "list", "--colour")]
)
def test_with_json_wrong_usage_is_json_on_stderr_too(herald: Herald, arguments: tuple[str, ...]) -> None:
    ended = herald(*arguments, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert json.loads(ended.err)["exitCode"] == 2


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("send",),
        ("partners", "list"),
        ("partners", "show"),
        ("partners", "create"),
        ("partners", "test"),
        ("partners", "approve"),
        ("notifications", "list"),
        ("notifications", "show"),
        ("notifications", "redrive"),
        ("keys", "create"),
    ],
)
def test_every_command_explains_itself_with_examples(herald: Herald, words: tuple[str, ...]) -> None:
    ended = herald(*words, "--help")
    assert ended.code == 0
    assert "Examples" in ended.out or not words
