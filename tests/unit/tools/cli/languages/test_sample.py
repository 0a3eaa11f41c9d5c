"""How Chinese is printed: the sample in docs/operations.md, columns."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from rich.cells import cell_len

from tests.support.http.api_stub import StubApi, canned
from tests.support.paths import ROOT
from tests.unit.tools.cli.samples import ATTEMPT, ID, NOTIFICATION, Herald
from tools.common.text import padded

REASON = "HTTP 200，但回應內容是 `SUCCESS`：必須全部小寫"
ENTRY = {"partnerId": 3528, "name": "湖畔旅遊", "count": 12, "oldest": "2026-11-23T04:05:06Z", "reason": REASON}
FAILED = {
    **NOTIFICATION,
    "attempts": [{**ATTEMPT, "attempt": 11, "reason": REASON}],
    "reason": REASON,
    "attempt": 11,
    "olderAttempts": 10,
    "acceptedAt": "2026-11-21T00:50:00Z",
    "history": [
        {
            "at": "2026-11-23T04:05:07Z",
            "by": "herald",
            "action": "exhaust",
            "from": "waiting",
            "to": "failed",
        }
    ],
}


@pytest.fixture
def _in_taiwan() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CST-8")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("_in_taiwan")
@pytest.mark.parametrize("command", ["failed", f"show {ID}"])
def test_the_page_shows_real_output(herald: Herald, api: StubApi, command: str) -> None:
    api.answers["GET /notifications"] = canned({"items": [ENTRY]})
    api.answers[f"GET /notifications/{ID}"] = canned(FAILED)
    api.answers["GET /partners/3528"] = canned({"name": "湖畔旅遊"})
    with time_machine.travel(datetime(2026, 11, 23, 6, 0, tzinfo=UTC).timestamp(), tick=False):
        printed = herald(*command.split(), "--language", "zh-Hant").out
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    shown = re.search(rf"```\n\$ herald {command} --language zh-Hant\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    assert printed == shown[1]


@pytest.mark.parametrize("label", ["state", "accepted", "狀態", "受理時間"])
def test_labels_line_up_by_their_cells(label: str) -> None:
    assert cell_len(padded(label, 9)) == 9


@pytest.mark.parametrize("label", ["accepted!", "重試階梯表"])
def test_a_long_label_keeps_its_distance(label: str) -> None:
    assert padded(label, 9) == f"{label} "
