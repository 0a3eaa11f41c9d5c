"""The values of Herald's enumerations as words for people. Pure.

In a sentence, a value is `Message("…{state:word}…", state=STATES[…])`; alone it is `translated(STATES[…], language)`.
`tests/unit/languages/test_words.py` compares the keys with the enumerations.
"""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

type Words = Mapping[str, str]  # by value, the English word, which is the key in the catalogues

# The states of a notification (`herald.domain.transitions.State`)
STATES: Final[Words] = {
    "waiting": N_("waiting"),
    "held": N_("held"),
    "delivered": N_("delivered"),
    "failed": N_("failed"),
    "resolved": N_("resolved"),
    "cancelled": N_("cancelled"),
}
# What changes the state of a notification (`herald.domain.transitions.Action`)
ACTIONS: Final[Words] = {
    "deliver": N_("deliver"),
    "retry": N_("retry"),
    "forward": N_("forward"),
    "exhaust": N_("exhaust"),
    "hold": N_("hold"),
    "release": N_("release"),
    "redrive": N_("redrive"),
    "resolve": N_("resolve"),
    "cancel": N_("cancel"),
    "delete": N_("delete"),
}
# The results of an attempt (`herald.domain.attempt.Verdict`)
VERDICTS: Final[Words] = {
    "success": N_("acknowledged"),
    "not_success": N_("not acknowledged"),
    "bad_status": N_("turned down"),
    "redirect": N_("sent elsewhere"),
    "timeout": N_("too slow"),
    "too_large": N_("too large"),
    "broken_answer": N_("broken off"),
    "not_resolved": N_("name not found"),
    "forbidden_address": N_("address not allowed"),
    "not_connected": N_("not reached"),
    "tls": N_("TLS failed"),
    "our_fault": N_("our own fault"),
}
# The states of a partner's review (`herald.domain.partner.ReviewState`)
REVIEW_STATES: Final[Words] = {
    "pending": N_("pending"),
    "active": N_("active"),
    "suspended": N_("suspended"),
    "deleting": N_("deleting"),
    "deleted": N_("deleted"),
}
# What a partner's history names (`herald.domain.partner`)
PARTNER_ACTIONS: Final[Words] = {
    "create": N_("create"),
    "change": N_("change"),
    "test": N_("test"),
    "approve": N_("approve"),
    "approve by force": N_("approve by force"),
    "suspend": N_("suspend"),
    "resume": N_("resume"),
    "encrypt secret": N_("encrypt secret"),
    "rotate secret": N_("rotate secret"),
    "rotate secret by force": N_("rotate secret by force"),
    "rotate query key": N_("rotate query key"),
    "open breaker": N_("open breaker"),
    "close breaker": N_("close breaker"),
    "probe": N_("probe"),
    "delete": N_("delete"),
    "deleted": N_("deleted"),
}
# The states of a source (`herald.domain.sources.source.SourceState`)
SOURCE_STATES: Final[Words] = {
    "active": N_("active"),
    "suspended": N_("suspended"),
}
# What a source's history names (`herald.domain.sources.changes`)
SOURCE_ACTIONS: Final[Words] = {
    "create": N_("create"),
    "change": N_("change"),
    "rotate token": N_("rotate token"),
    "rotate token by force": N_("rotate token by force"),
    "suspend": N_("suspend"),
    "resume": N_("resume"),
}
# The states of a partner's breaker (`herald.domain.breakers.breaker.BreakerState`)
BREAKER_STATES: Final[Words] = {
    "closed": N_("closed"),
    "open": N_("open"),
    "recovering": N_("recovering"),
}
# The states of a job (`herald.domain.jobs.job.JobState`)
JOB_STATES: Final[Words] = {
    "running": N_("running"),
    "done": N_("done"),
    "cancelled": N_("cancelled"),
}
# The event of each method (`herald.contract.methods`), and of the test of an address
METHODS: Final[Words] = {
    "snNotify": N_("a code was redeemed"),
    "reNotify": N_("a refund was decided"),
    "testNotify": N_("a test of the endpoint"),
}
