"""What a deployed stack writes in 繁體中文: a refusal of the API, and an alert."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.support.e2e.partner import RegisteredPartner
from tests.support.e2e.stack_client import StackClient
from tests.support.report import show_figure
from tools.common.alert_inbox import AlertInbox
from tools.common.waiting import wait_until
from tools.local_engine.engine import Engine
from tools.local_stack.deploying import deploy
from tools.sample_partner import SamplePartners


@pytest.fixture(scope="module")
def chinese(engine: Engine) -> StackClient:
    parameters = {"Ladder": "1s", "FirstAttempt": "AtOnce", "DispatchEvery": "13", "AlertLanguage": "zh-Hant"}
    return StackClient(engine, deploy(engine, "herald-chinese", parameters))


@pytest.fixture
def alerts(chinese: StackClient) -> Iterator[AlertInbox]:
    inbox = AlertInbox(chinese.engine.client, chinese.stack.topics["AlertTopic"], f"alerts-{uuid4()}")
    yield inbox
    inbox.close()


def test_a_refusal_is_in_the_language_of_the_request(chinese: StackClient) -> None:
    asked = {"Accept-Language": "zh-TW,zh;q=0.9,en;q=0.8"}
    refused = chinese.call("GET", "/partners/404", headers=asked)
    assert (refused.status_code, refused.headers["content-language"]) == (404, "zh-Hant")
    assert refused.json() == {"code": 40400, "describe": "合作方 404 尚未登錄"}

    unkeyed = chinese.call("POST", "/notifications", role="operator", data=b"{}", headers=asked)
    assert (unkeyed.status_code, unkeyed.headers["content-language"]) == (403, "zh-Hant")
    assert unkeyed.json()["describe"] == "角色為 `operator` 的金鑰不得提交通知：請使用發布方的金鑰"

    english = chinese.call("GET", "/partners/404")
    assert english.headers["content-language"] == "en"
    assert english.json()["describe"] == "partner 404 is not in the registry"


def test_an_alert_is_in_the_language_of_the_stack(
    chinese: StackClient, sample_partners: SamplePartners, alerts: AlertInbox, capsys: pytest.CaptureFixture[str]
) -> None:
    partner = RegisteredPartner(chinese, sample_partners, 770_001)
    sample_partners.configure(partner.name, "503")
    assert chinese.submit(partner.payload()).text == "success"

    [alert] = wait_until(alerts.messages, bool)
    show_figure(capsys, f"an alert in zh-Hant:\n{alert}")
    first, since, why, *_ = alert.splitlines()
    assert first == "發送給 partner-770001（合作方 770001）的 1 筆通知失敗：重試階梯已用盡。"
    assert since.startswith("最早的一筆失敗於 20")
    assert why.startswith("主要原因：")
