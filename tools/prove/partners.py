"""The partners of a soak: how their servers answer, request after request, by the seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from tools.common.api_client import ApiClient
from tools.sample_partner import CannedResponse, SamplePartners, plain
from tools.sample_partner.canned_response import NAMED

ATTEMPT_TIMEOUT: Final = 2  # seconds; the stack's parameter
_ANSWERS: Final = 4_000  # that are chosen beforehand; more than a partner is asked


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner. `is_healed`: at the end of the soak its server answers `success`; else it never does."""

    number: int
    name: str
    answer: Callable[[Random], CannedResponse]
    is_healed: bool = True
    has_outages: bool = False  # for a minute at a time its server hangs: long enough for its breaker

    @property
    def path(self) -> str:
        """Its path on the sample server."""
        return str(self.number)

    def answers(self, seed: int) -> list[CannedResponse]:
        """Its answers, one after the other."""
        random = Random(f"partner {self.number} {seed}")  # noqa: S311 - chosen, not secret
        return [self.answer(random) for _ in range(_ANSWERS)]


def _named(name: str, delay_ms: int = 0) -> CannedResponse:
    return replace(NAMED[name](), delay_ms=delay_ms)


def _one_of(*names: str) -> Callable[[Random], CannedResponse]:
    return lambda random: _named(random.choice(names))


def _slow(random: Random) -> CannedResponse:
    return _named("success", random.choice((200, 600, 1200, 1700, 1900, 2100, 2600)))


def _garbage(random: Random) -> CannedResponse:
    word = plain(200, random.choice((b"SUCCESS", b'"success"', b"success!", b"{}", b"\xff\xfe", b"")))
    return random.choice((_named("success"), _named("html"), _named("noise"), _named("redirect"), word))


def _refusing(random: Random) -> CannedResponse:
    """Its server works, so its breaker stays closed and the ladder is climbed to its end."""
    return plain(random.choice((500, 503, 404, 400, 404, 200)), b"refused")


PARTNERS: Final[Sequence[Partner]] = (
    Partner(8101, "fast", _one_of("success")),
    Partner(8102, "slow", _slow),
    Partner(8103, "failing", _refusing, is_healed=False),
    Partner(8104, "flapping", _one_of("success", "success", "refuse"), has_outages=True),
    Partner(8105, "hanging", _one_of("success", "hang", "drip")),
    Partner(8106, "answering garbage", _garbage),
    Partner(8107, "closing in mid-answer", _one_of("success", "cut", "close")),
    Partner(8108, "refusing now and then", _one_of("success", "refuse", "chunks")),
)


def register(operator: ApiClient, server: SamplePartners, partner: Partner, seed: int) -> str:
    """Registers, tests and approves it; then its server answers as it will in the soak. Returns its signing secret."""
    server.configure(partner.path, "success")
    wish = {"partnerId": partner.number, "name": partner.name, "url": server.url(partner.path)}
    secret: str = operator.create_partner(wish)["secret"]
    operator.act_on_partner(partner.number, "test", {})
    operator.act_on_partner(partner.number, "approve", {"reason": "for the soak"})
    server.configure(partner.path, partner.answers(seed))
    return secret


def heal(server: SamplePartners, partner: Partner) -> None:
    """Its server answers `success` from now on, unless it never does."""
    server.configure(partner.path, "success" if partner.is_healed else "404 refused")
