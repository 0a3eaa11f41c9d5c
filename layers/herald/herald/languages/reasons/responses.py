"""Reasons of responses: the body of a 2xx, and what is no proper HTTP."""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

_BODY: Final = N_("HTTP {status}, but the body was {detail}")
_AS_IT_CAME: Final = N_("; the body as it came was {detail}")
_BUT: Final = N_("HTTP {status}, but {detail}")

# What a body is, and what it must be instead. By the flaws of `herald.webhook.responses.body_flaws`.
_FLAWS: Final = {
    "empty": N_("empty: it must be the bare word `success`"),
    "utf16": N_("UTF-16 text: it must be the bare word `success`, one byte a letter"),
    "not_utf8": N_("not UTF-8 text: it must be the bare word `success`"),
    "xml": N_("XML: it must be the bare word `success`"),
    "html": N_("an HTML page: it must be the bare word `success`"),
    "json": N_("JSON: `{body}`; it must be the bare word `success`"),
    "case": N_("`{body}`: it must be lower case"),
    "quoted": N_("`{body}`: it must not be quoted"),
    "case_quoted": N_("`{body}`: it must be lower case and not quoted"),
    "spaced": N_("`{body}`: there must be no other characters in it, not even spaces or invisible ones"),
    "full_width": N_("`{body}`: it must be in plain ASCII letters, not in full-width ones"),
    "more": N_("`{body}`: it must be `success` and nothing else"),
    "other": N_("`{body}`: it must be exactly `success`"),
}
# By the errors of `herald.webhook.responses.content_encoding`.
_ENCODINGS: Final = {
    "unasked_encoding": N_("the answer was compressed as `{coding}`, which Herald did not ask for"),
    "wrong_encoding": N_("the answer said that it was compressed as `{coding}`, but it was not"),
    "many_encodings": N_("the answer was compressed {times} times over"),
    "encoding_cut_off": N_("the compressed answer stops in its middle"),
    "encoding_followed": N_("something else follows the compressed answer"),
}

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "success": (N_("HTTP {status}, and the body was `success`"),),
    **{f"not_success.{flaw}": (_BODY, text) for flaw, text in _FLAWS.items()},
    "too_large": (N_("HTTP {status}, but the answer was larger than {limit} KiB: it must be the bare word `success`"),),
    **{f"broken_answer.{error}": (_BUT, text) for error, text in _ENCODINGS.items()},
    "broken_answer.cut_off": (_BUT, N_("the answer broke off in its middle")),
    "broken_answer.closed": (N_("the connection was closed before an answer came"),),
    # translators: another sentence follows, such as: the answer was not proper HTTP
    "broken_answer.in_body": (N_("HTTP {status}, but "),),
    "broken_answer.not_http": (N_("the answer was not HTTP: `{line}` is no status line"),),
    "broken_answer.no_status_line": (N_("the answer was not HTTP: its head is no status line"),),
    # translators: {flaw} is a message in English
    "broken_answer.not_proper": (N_("the answer was not proper HTTP: `{line}` ({flaw})"),),
    "broken_answer.head_not_proper": (N_("the answer was not proper HTTP: its head ({flaw})"),),
    "broken_answer.http2_only": (N_("the server speaks HTTP/2 only: switch on HTTP/1.1 too"),),
    "broken_answer.header_limits": (
        N_("the headers of the answer were too large: a line may have {bytes:,} bytes, and there may be {lines} lines"),
    ),
    "broken_answer.endless_headers": (N_("the headers of the answer were too large"),),
    "broken_answer.endless_body": (
        N_("the answer did not end within {limit} KiB, of which only {bytes} bytes were the body"),
    ),
    "broken_answer.endless_interim": (
        N_("no answer within {limit} KiB: {count} interim answers came, the last one HTTP {status}"),
    ),
    "broken_answer.endless_lines": (N_("no answer within {limit} KiB: only empty lines came"),),
    # What follows another reason
    **{f"as_it_came.{flaw}": (_AS_IT_CAME, text) for flaw, text in _FLAWS.items()},
    "as_it_came.success": (N_("; without the header Content-Encoding the body would have been accepted"),),
    "followed": (N_("; behind the complete answer more came: `{rest}`"),),
}
