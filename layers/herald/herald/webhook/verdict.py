"""The verdict on a response, and the reason for the partner. Pure.

The manual: 合作方收到我方請求消息直接返回success字符串 (the partner answers with the string success).
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from herald.domain.attempt import Verdict
from herald.domain.clock import iso
from herald.languages.reason import Reason
from herald.languages.reasons import TEMPLATES
from herald.languages.shown import shown
from herald.webhook.response import MAX_RESPONSE, BodyEnd, WebhookResponse, excerpt
from herald.webhook.responses.body_flaws import body_flaw
from herald.webhook.responses.content_encoding import DecodingError, decode

_LONGEST_LOCATION: Final = 200  # characters in a reason
_LONGEST_REST: Final = 20  # characters of the bytes after a complete response


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, its reason, and the beginning of the response."""

    verdict: Verdict
    reason: Reason
    excerpt: str = ""


def judge(response: WebhookResponse) -> Judgement:
    """Delivered means: status 2xx, and a body that is exactly the seven bytes `success`.

    Before the comparison the body is decoded (Content-Encoding), and stripped of a UTF-8 byte-order mark and of ASCII
    white space at both ends. With a status outside 2xx the body does not count.
    """
    content = decode(response.codings, response.body, MAX_RESPONSE)
    seen = content.inside or response.body if isinstance(content, DecodingError) else content
    verdict, reason = _judge(response, content)
    whole = Reason(reason.code, reason.values, (*reason.also, *_trailing_bytes(response)))
    return Judgement(verdict, whole, excerpt(seen))


def with_retry_after(reason: Reason, retry_after: int | None) -> Reason:
    """The reason, and behind it what the partner asked by `Retry-After`, if it did (a moment, ms since the epoch)."""
    if retry_after is None:
        return reason
    return Reason(reason.code, reason.values, (*reason.also, Reason("retry_after", {"until": iso(retry_after)})))


def _judge(response: WebhookResponse, content: bytes | DecodingError) -> tuple[Verdict, Reason]:
    match response.status // 100:
        case 2:
            return _judge_body(response, content)
        case 3:
            return Verdict.REDIRECT, _redirect(response)
        case _:
            return Verdict.BAD_STATUS, _bad_status(response.status, content)


def _judge_body(response: WebhookResponse, content: bytes | DecodingError) -> tuple[Verdict, Reason]:
    status = {"status": response.status}
    if response.ending is BodyEnd.TOO_LARGE or (isinstance(content, DecodingError) and content.too_large):
        return Verdict.TOO_LARGE, Reason("too_large", {**status, "limit": MAX_RESPONSE // 1024})
    if response.ending is BodyEnd.CUT_OFF:
        return Verdict.BROKEN_ANSWER, Reason("broken_answer.cut_off", status)
    if response.flaw is not None:
        return Verdict.BROKEN_ANSWER, Reason("broken_answer.in_body", status, (response.flaw,))
    if isinstance(content, DecodingError):
        values = {**status, **content.values}
        return Verdict.BROKEN_ANSWER, Reason(f"broken_answer.{content.name}", values, _as_it_came(content))
    flaw = body_flaw(content)
    if flaw is None:
        return Verdict.SUCCESS, Reason("success", status)
    return Verdict.NOT_SUCCESS, Reason(f"not_success.{flaw.name}", {**status, **flaw.values})


def _as_it_came(coded: DecodingError) -> tuple[Reason, ...]:
    """Whether a body that is not in its announced coding would be accepted without the header."""
    if coded.plain is None:
        return ()
    flaw = body_flaw(coded.plain)
    return (Reason(f"as_it_came.{flaw.name}", flaw.values) if flaw else Reason("as_it_came.success"),)


def _trailing_bytes(response: WebhookResponse) -> tuple[Reason, ...]:
    if response.ending is not BodyEnd.COMPLETE or not response.followed:
        return ()
    return (Reason("followed", {"rest": shown(excerpt(response.followed), _LONGEST_REST)}),)


def _redirect(response: WebhookResponse) -> Reason:
    if not response.location:
        return Reason("redirect.nowhere", {"status": response.status})
    location = shown(response.location, _LONGEST_LOCATION)
    return Reason("redirect.elsewhere", {"status": response.status, "location": location})


def _bad_status(status: int, content: bytes | DecodingError) -> Reason:
    """The reason for a status outside of 2xx and 3xx; every number has one."""
    acknowledged = not isinstance(content, DecodingError) and body_flaw(content) is None
    also = (Reason("acknowledged_nevertheless"),) if acknowledged else ()
    if (code := f"bad_status.{status}") in TEMPLATES:
        return Reason(code, {"status": status}, also)
    phrase = next((each.phrase for each in HTTPStatus if each == status), None)
    if phrase is not None:
        return Reason("bad_status.known", {"status": status, "phrase": phrase}, also)
    return Reason("bad_status.other", {"status": status}, also)
