"""Reasons of changes that Herald makes by itself."""

from collections.abc import Mapping
from typing import Final

from herald.languages.catalogue import N_

TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "registered": (N_("registered"),),
    "held.not_registered": (N_("the partner is not in the registry"),),
    "held.pending": (N_("the partner is pending"),),
    "held.suspended": (N_("the partner is suspended"),),
    "held.no_address": (N_("the partner has no approved address"),),
    "breaker.opened": (N_("{outages} attempts in a row found its server unreachable or out of order"),),
    "breaker.answered": (N_("its server answered"),),
    "breaker.exhausted": (
        N_("held back since {since:moment}, longer than the whole ladder takes: the partner's server did not answer"),
    ),
    "released": (N_("the partner may receive again"),),
    "our_fault.crashed": (
        N_("our fault: Herald broke off {times} times while it tried to deliver this; no request was made"),
    ),
    # translators: {error} is the name of an error of Python
    "our_fault.internal": (N_("our fault: Herald failed in the middle of the attempt ({error})"),),
    # translators: {message} is a message of the operating system, in English
    "our_fault.lookup": (N_("our fault: Herald could not look up the name ({message})"),),
    "our_fault.connection": (N_("our fault: Herald could not open a connection ({message})"),),
}
