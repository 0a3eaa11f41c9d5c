"""The language of a command: by option, environment or locale."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from herald.languages.current import current_language
from herald.languages.language import Language
from tests.support.docs.herald_commands import COMMANDS, FAILS, api_that_says, run, stub_aws
from tests.support.http.api_stub import StubApi, canned
from tests.unit.tools.cli.samples import ENVIRONMENT, Herald
from tools.cli.context import Surroundings
from tools.cli.language import chosen_language
from tools.cli.main import main

EN, HANT, HANS = Language
type Environment = dict[str, str]

TAIWAN = {"LANG": "zh_TW.UTF-8"}


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ((), {}, EN),
        (("--language", "zh-Hant"), {"HERALD_LANGUAGE": "zh-Hans", "LANG": "zh_CN.UTF-8"}, HANT),
        (("--language=zh_CN.GBK",), TAIWAN, HANS),
        (("--language", "zh-HK"), {}, HANT),
        (("--language", "en"), TAIWAN, EN),
        (("--language", "tlh"), TAIWAN, EN),
        (("--language", ""), TAIWAN, HANT),
        (("--language",), TAIWAN, HANT),
        (("--language", "zh-Hans", "--language", "zh-Hant"), {}, HANT),
        (("--", "--language", "zh-Hant"), {}, EN),
        ((), {"HERALD_LANGUAGE": "zh-Hans", **TAIWAN}, HANS),
        ((), {"HERALD_LANGUAGE": "klingon", **TAIWAN}, EN),
        ((), {"HERALD_LANGUAGE": "", **TAIWAN}, HANT),
        ((), TAIWAN, HANT),
        ((), {"LANG": "zh_CN.GBK"}, HANS),
        ((), {"LC_MESSAGES": "zh_CN", **TAIWAN}, HANS),
        ((), {"LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "zh_CN", **TAIWAN}, EN),
        ((), {"LC_ALL": "", **TAIWAN}, HANT),
        ((), {"LC_ALL": "C", **TAIWAN}, EN),
        ((), {"LANGUAGE": "de:zh_HK.UTF-8:en", "LANG": "de_DE.UTF-8"}, HANT),
        ((), {"LANGUAGE": "en:zh_TW", "LANG": "zh_TW.UTF-8"}, EN),
        ((), {"LANGUAGE": "zh_TW", "LANG": "C"}, EN),  # as gettext: without a locale the list does not count
        ((), {"LANGUAGE": "zh_TW"}, EN),
    ],
)
def test_the_nearest_wish_counts(arguments: tuple[str, ...], environment: Environment, language: Language) -> None:
    assert chosen_language(("failed", *arguments), environment) is language


@given(some.lists(some.text() | some.just("--language")), some.dictionaries(some.text(), some.text()))
def test_no_wish_is_an_error(arguments: list[str], environment: Environment) -> None:
    assert chosen_language(arguments, environment) in Language


@pytest.fixture
def nothing_failed(api: StubApi) -> StubApi:
    api.answers["GET /notifications"] = canned({"items": []})
    return api


@pytest.mark.parametrize(
    "arguments",
    [("failed", "--language", "zh-Hant"), ("--language", "zh-TW", "failed"), ("failed", "--language=zh-HK")],
)
def test_the_option_stands_anywhere(herald: Herald, nothing_failed: StubApi, arguments: tuple[str, ...]) -> None:
    assert herald(*arguments).result == "沒有失敗的通知。"
    assert nothing_failed.asked[0].headers["Accept-Language"] == "zh-Hant"


def test_the_api_is_asked_in_english_otherwise(herald: Herald, nothing_failed: StubApi) -> None:
    assert herald("failed").result == "Nothing has failed."
    assert nothing_failed.asked[0].headers["Accept-Language"] == "en"


def test_the_environment_chooses(api: StubApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api.answers["GET /notifications"] = canned({"items": []})
    with pytest.raises(SystemExit):
        main(("failed",), Surroundings({**ENVIRONMENT, "HERALD_LANGUAGE": "zh-Hans"}, tmp_path, api.session()))
    assert capsys.readouterr().out.strip() == "没有失败的通知。"


@pytest.mark.usefixtures("nothing_failed")
def test_the_language_ends_with_the_command(herald: Herald) -> None:
    herald("failed", "--language", "zh-Hant")
    assert current_language() is EN


def test_a_refusal_is_shown_as_the_api_wrote_it(herald: Herald, api: StubApi) -> None:
    api.answers["GET /partners/3528"] = canned({"code": 40400, "describe": "沒有合作方 3528"}, 404)
    assert herald("partners", "show", "3528", "--language", "zh-Hant").err == "herald: 沒有合作方 3528\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show",), "缺少參數 'ID'。"),
        (("partners", "suspend", "3528"), "缺少選項 '--reason'。"),
        (("faileds",), "沒有命令 'faileds'。您要的是 'failed' 嗎？"),
        (("failed", "--lmit", "3"), "沒有選項 --lmit（您要的可能是：--limit）"),
        (("failed", "--colour"), "沒有選項 --colour"),
        (("failed", "--limit", "0"), "'--limit' 的值不正確：必須大於或等於 1"),
        (("failed", "--limit", "101"), "'--limit' 的值不正確：必須小於或等於 100"),
        (("failed", "--limit", "x"), "'--limit' 的值不正確：必須是整數"),
        (("failed", "--state", "x"), "'--state' 的值不正確：'x' 不在可用的值之中：'failed', 'held'。"),
        (("failed", "--json=1"), "選項 '--json' 不能有值。"),
        (("failed", "more"), "多餘的參數（more）"),
        (("jobs", "start"), "缺少參數 'action'。可用的值： redrive, resolve, cancel"),
        (("failed", "--order", "1"), "--order 必須與合作方一起使用"),
    ],
)
def test_wrong_usage_is_told_in_it(herald: Herald, arguments: tuple[str, ...], says: str) -> None:
    """Typer words most of these in English: with a later version of it, another sentence may be left so."""
    ended = herald("--language", "zh-Hant", *arguments)
    assert (ended.code, says in " ".join(ended.err.replace("│", " ").split())) == (2, True), ended.err
    as_json = herald("--language", "zh-Hant", *arguments, "--json")
    assert says in " ".join(json.loads(as_json.err)["describe"].split())


# What scripts read


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        stub_aws(patch, "x")
        yield


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"keys create"}))  # whose answer is another each time
def test_json_is_the_same_in_every_language(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = set()
    for language in Language:
        code = run(command, api_that_says("x"), tmp_path, "--json", "--language", language)
        written.add((code, capsys.readouterr().out))
    assert {code for code, _ in written} == {int(command in FAILS)}
    assert len(written) == 1
