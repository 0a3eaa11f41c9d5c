"""Every command of `herald` once, with the same text from outside wherever an answer of the API has text."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from herald.domain.api_key import IssuedKey
from herald.domain.transitions import State
from herald.store.key_table import KeyTable
from tests.support.http.api_stub import StubApi, canned
from tools.audit.report import AuditReport, Damage
from tools.cli.context import Surroundings
from tools.cli.main import app, main
from tools.common.stack.stack_resources import Deployed
from tools.doctor.finding import Finding, failed, ok, warning

type Json = dict[str, Any]

ID = "3528_dGVzdDE1ODU4NQ_00112233445566778899aabbccddeeff"
KEY_ID = "5f2c1d0e9b8a7f6e"
JOB = "20261123T040506-1a2b3c4d"
MOMENT = "2026-11-23T04:05:06Z"
WHY = ("--reason", "because")
# By its words, with whatever it cannot do without.
COMMANDS = {
    "failed": (),
    "list": ("--partner", "3528", "--limit", "2"),  # as many as the first page has
    "find": (ID,),
    "show": (ID,),
    "reindex": (),
    "doctor": ("--stack-name", "herald"),
    "audit": ("--stack-name", "herald"),
    "send": ("event.json",),
    "notifications list": ("--partner", "3528"),
    "notifications show": (ID,),
    "notifications redrive": (ID, *WHY),
    "notifications resolve": (ID, *WHY),
    "notifications cancel": (ID, *WHY),
    "partners list": (),
    "partners show": ("3528",),
    "partners create": ("3528", "--name", "x", "--url", "https://x.example"),
    "partners test": ("3528",),
    "partners approve": ("3528", *WHY),
    "partners change": ("3528", "--name", "x", *WHY),
    "partners suspend": ("3528", *WHY),
    "partners resume": ("3528", *WHY),
    "partners rotate-secret": ("3528", "--yes", *WHY),
    "partners probe": ("3528", *WHY),
    "partners close-breaker": ("3528", *WHY),
    "partners encrypt": (),
    "partners delete": ("3528", "--yes", *WHY),
    "orders delete": ("A-1", "--partner", "3528", "--yes", *WHY),
    "partners rotate-key": ("3528", "--yes", *WHY),
    "jobs start": ("redrive", "--partner", "3528", "--yes", *WHY),
    "jobs list": (),
    "jobs show": (JOB,),
    "jobs cancel": (JOB, *WHY),
    "sources list": (),
    "sources show": (KEY_ID,),
    "sources create": ("x", "--partner", "3528", "--cidr", "203.0.113.0/24", *WHY),
    "sources change": (KEY_ID, "--header", "", *WHY),
    "sources rotate-token": (KEY_ID, "--yes", *WHY),
    "sources suspend": (KEY_ID, *WHY),
    "sources resume": (KEY_ID, *WHY),
    "keys list": (),
    "keys revoke": (KEY_ID, "--yes", *WHY),
    "keys create": ("--role", "operator", "--name", "旅é", "--table", "KeyTable"),
}
LISTS = (
    "failed",
    "list",
    "find",
    "notifications list",
    "partners list",
    "jobs list",
    "sources list",
    "keys list",
)  # which have the option --csv
FAILS = {"doctor", "audit", "partners test"}  # what they found is exit code 1 with these answers


def all_commands() -> set[str]:
    """The words of every command of the Typer application."""
    return set(_walk(typer.main.get_command(app), ()))


def _walk(command: Any, words: tuple[str, ...]) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(words)
        return
    for name, one in inner.items():
        yield from _walk(one, (*words, name))


def run(command: str, api: StubApi, folder: Path, *more: str) -> int:
    """Its exit code."""
    (folder / "event.json").write_text("{}")
    arguments = [str(folder / one) if one == "event.json" else one for one in COMMANDS[command]]
    surroundings = Surroundings(
        {"HERALD_API_URL": "https://herald.example", "HERALD_KEY": "k"}, folder, api.session(), wait_not
    )
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), *arguments, *more], surroundings)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def wait_not(_seconds: float) -> None:
    """A job that does not end would be asked for without end."""
    raise AssertionError("the job is done")


def stub_aws(patch: pytest.MonkeyPatch, outside: str) -> None:
    """In place of AWS, for the commands that do not ask the API."""

    def check(_patient: object) -> Iterator[Finding]:
        yield ok("API", outside)
        yield warning("people", outside, outside)
        yield failed("alarms", outside, outside)

    def audit(*_: object) -> AuditReport:
        books = AuditReport(now=0, bound=0, partners=frozenset(), damages=[Damage(outside, outside)])
        books.counts.update({State.FAILED.value: 2})
        return books

    patch.setattr("tools.cli.commands.stack.doctor.CHECKS", (check,))
    patch.setattr("tools.cli.commands.stack.audit.audit", audit)
    patch.setattr(
        "tools.cli.commands.stack.audit.find_deployed",
        lambda *_: Deployed("", {"NotificationTable": "n", "PartnerTable": "p"}),
    )
    patch.setattr(KeyTable, "add", lambda _self, _text, key, _now, **_: IssuedKey(key_hash="0" * 64, key=key))


def api_that_says(outside: str) -> StubApi:
    """It answers every command, with this text in each of its texts that may come from outside."""
    partner, notification, job, attempt = _partner(outside), _notification(outside), _job(outside), _attempt(outside)
    attention = {"partnerId": 3528, "name": outside, "count": 2, "oldest": MOMENT, "reason": outside}
    told = {
        "GET /notifications": {"items": [notification, {**notification, "attempts": []}], "cursor": outside},
        "GET /notifications?state=failed": {"items": [attention]},
        f"GET /notifications/{ID}": notification,
        **{f"POST /notifications/{ID}/{action}": notification for action in ("redrive", "resolve", "cancel")},
        "GET /partners": {"items": [partner, {**partner, "url": None}]},
        "GET /partners/3528": partner,
        "PATCH /partners/3528": partner,
        "POST /partners/encrypt": {"encrypted": 2, "left": 0},
        "DELETE /partners/3528": {"jobId": JOB, "matched": 2, "waiting": 1, "held": 0, "failed": 1},
        "DELETE /orders/A-1": {"deleted": 2, "left": 0},
        "POST /partners": partner,
        "POST /partners/3528/test": attempt,
        **{
            f"POST /partners/3528/{action}": partner
            for action in ("approve", "suspend", "resume", "probe", "close-breaker", "rotate-secret", "rotate-key")
        },
        "GET /sources": {"items": [_source(outside), _source(outside)]},
        f"GET /sources/{KEY_ID}": _source(outside),
        "POST /sources": _source(outside),
        f"PATCH /sources/{KEY_ID}": _source(outside),
        **{f"POST /sources/{KEY_ID}/{action}": _source(outside) for action in ("rotate-token", "suspend", "resume")},
        "GET /keys": {"items": [_key(outside), {**_key(outside), "revoked": None, "partnerIds": None}]},
        f"POST /keys/{KEY_ID}/revoke": _key(outside),
        "POST /jobs": {"jobId": JOB, "matched": 2},
        "POST /jobs/reindex": {"jobId": JOB, "matched": 2},
        "GET /jobs": {"items": [job]},
        f"GET /jobs/{JOB}": job,
        f"POST /jobs/{JOB}/cancel": job,
    }
    sent = {"Content-Type": "text/plain", "herald-notification-id": outside.encode(errors="replace").decode("latin-1")}
    answers = {asked: canned(content) for asked, content in told.items()}
    return StubApi({**answers, "POST /notifications": (200, sent, b"success")})


def api_with_one_page(outside: str) -> StubApi:
    """As `api_that_says`, but no list has a second page."""
    api = api_that_says(outside)
    for asked, answer in api.answers.items():
        assert not isinstance(answer, Exception)
        if asked.startswith("GET") and '"items"' in answer[2].decode():
            api.answers[asked] = canned({**json.loads(answer[2]), "cursor": None})
    return api


def api_that_refuses(outside: str, status: int = 409) -> StubApi:
    """It refuses everything with this text."""
    refused = canned({"code": status * 100, "describe": outside}, status)
    return StubApi(dict.fromkeys(api_that_says("x").answers, refused))


def _attempt(outside: str) -> Json:
    said = dict.fromkeys(("address", "verdict", "reason", "excerpt"), outside)
    return {"round": 1, "attempt": 1, "at": MOMENT, "durationMs": 41, "status": 200, **said}


def _history(outside: str) -> list[Json]:
    said = dict.fromkeys(("by", "action", "reason", "what", "from", "job"), outside)
    return [{"at": MOMENT, "to": "waiting", **said}, {"at": MOMENT, **said, "to": outside}]


def _notification(outside: str) -> Json:
    body = {"usedQuantity": 1, "orderQuantity": 3, "reQuantity": 1, "sncode": outside}
    return {
        "id": outside,
        "partnerId": 3528,
        "orderId": outside,
        "method": outside,
        "state": "failed",
        "turn": 3,
        "round": 1,
        "attempt": 1,
        "acceptedAt": MOMENT,
        "since": MOMENT,
        "payload": json.dumps({"describe": outside, "body": body}, ensure_ascii=False) + outside[:0],
        "attempts": [_attempt(outside)],
        "olderAttempts": 2,
        "history": _history(outside),
    }


_BREAKER = {
    "state": "open",
    "outages": 20,
    "unansweredSince": MOMENT,
    "openedAt": MOMENT,
    "nextProbeAt": MOMENT,
    "probeEverySeconds": 60,
    "waiting": 4112,
}


def _partner(outside: str) -> Json:
    said = ("name", "contact", "state", "url", "proposedUrl", "ladder", "secret", "queryKey")
    return {
        "partnerId": 3528,
        **dict.fromkeys(said, outside),
        "internal": True,
        "proposedInternal": True,
        "lastTest": _attempt(outside),
        "breaker": _BREAKER,
        "history": _history(outside),
    }


def _source(outside: str) -> Json:
    return {
        **dict.fromkeys(("id", "name", "state", "headerName", "token", "path"), outside),
        "partnerId": 3528,
        "signed": True,
        "cidrs": [outside],
        "createdAt": MOMENT,
        "previousTokenUntil": MOMENT,
        "history": _history(outside),
    }


def _key(outside: str) -> Json:
    return {
        **dict.fromkeys(("id", "role", "name", "createdBy", "reason", "lastUsedOn"), outside),
        "partnerId": None,
        "partnerIds": [3528, 3529],
        "createdAt": MOMENT,
        "expiresAt": MOMENT,
        "revoked": {"at": MOMENT, "by": outside, "reason": outside},
    }


def _job(outside: str) -> Json:
    said = ("jobId", "action", "reason", "by", "state", "endedBy", "endedBecause")
    return {
        **dict.fromkeys(said, outside),
        "filter": {"partnerId": 3528, "state": outside},
        "perSecond": 20,
        "createdAt": MOMENT,
        "endedAt": MOMENT,
        "matched": 300,
        "changed": 298,
        "passedOver": 2,
    }
