"""The parts of one POST: the vetted request, the trace of how far it came, the bounded answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from types import SimpleNamespace
from typing import Self
from urllib.parse import SplitResult

import aiohttp
from yarl import URL

from herald.address import IPAddress, check_url
from herald.attempt import Outcome, Verdict
from herald.clock import SECOND, now
from herald.content_coding import CodingRefused, TooLargeUncoded, undo
from herald.resolver import Resolve, vetted_addresses
from herald.verdict import excerpt, is_2xx, judge

MAX_ANSWER = 64 * 1024  # bytes that are read of an answer, compressed or not
TLS_ERRORS = (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError)
CUT_OFF = (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionError)
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, and to which vetted addresses of the host."""

    parts: SplitResult
    host: str
    port: int
    addresses: list[IPAddress]
    body: bytes
    headers: Mapping[str, str]

    @classmethod
    async def vetted(
        cls, url: str, body: bytes, headers: Mapping[str, str], resolve: Resolve, *, allow_private: bool
    ) -> Self:
        """Asks for the host's addresses and vets them. Raises `EndpointRefused` or `NotResolved`."""
        parts = check_url(url, allow_private=allow_private)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        addresses = await vetted_addresses(resolve, host, port, allow_private=allow_private)
        return cls(parts, host, port, addresses, body, headers)

    def place(self, address: IPAddress) -> str:
        """The address with the port, as URLs and logs write it."""
        return f"[{address}]:{self.port}" if isinstance(address, IPv6Address) else f"{address}:{self.port}"

    def url_of(self, address: IPAddress) -> URL:
        """The partner's address with the host replaced by one of its vetted addresses."""
        return URL(self.parts._replace(netloc=self.place(address)).geturl(), encoded=True)


@dataclass(slots=True)
class Trace:
    """How far an attempt has come, for its outcome and for the reason when it goes no further."""

    at: int = field(default_factory=now)
    began: float = field(default_factory=time.monotonic)
    stage: str = "the name was not resolved"
    address: str | None = None
    status: int | None = None
    answer: bytes = b""
    reused: bool = False  # whether the connection had served a request before

    def connecting_to(self, request: Request, address: IPAddress) -> None:
        """The next address is tried."""
        self.address, self.stage = request.place(address), "no connection"

    def sending(self) -> None:
        """The connection stands."""
        self.stage = "no answer"

    def answered(self, status: int) -> None:
        """The head of the answer has come."""
        self.status, self.stage = status, f"HTTP {status}, but no complete answer"

    def judge(self, codings: str, location: str | None) -> Outcome:
        """The outcome, now that the answer is read."""
        status = self.status or 0
        try:
            if is_2xx(status):
                self._uncode(codings)
        except CodingRefused as refused:
            return self.outcome(Verdict.BROKEN_ANSWER, f"HTTP {status}, but {refused}")
        except TooLargeUncoded:
            return self.outcome(Verdict.TOO_LARGE, f"HTTP {status}, but the answer was longer than 64 KiB")
        return self.outcome(*judge(status, self.answer, location))

    def outcome(self, verdict: Verdict, reason: str) -> Outcome:
        """The attempt ends here."""
        return Outcome(
            at=self.at,
            duration_ms=round((time.monotonic() - self.began) * SECOND),
            address=self.address,
            status=self.status,
            verdict=verdict,
            reason=reason,
            excerpt=excerpt(self.answer),
        )

    def _uncode(self, codings: str) -> None:
        if len(self.answer) > MAX_ANSWER:
            raise TooLargeUncoded
        self.answer = undo(codings, self.answer, MAX_ANSWER)


async def read_bounded(content: aiohttp.StreamReader) -> bytes:
    """The answer's bytes, at most one more than the limit: whoever sends more is not read any further."""
    answer = bytearray()
    while len(answer) <= MAX_ANSWER:
        part = await content.read(MAX_ANSWER + 1 - len(answer))
        if not part:
            break
        answer += part
    return bytes(answer)


def tracing() -> aiohttp.TraceConfig:
    """Tells each request's `Trace` when its connection stands, and whether it is a used one."""

    async def reused(_session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
        context.trace_request_ctx.reused = True
        context.trace_request_ctx.sending()

    async def created(_session: aiohttp.ClientSession, context: SimpleNamespace, _: object) -> None:
        context.trace_request_ctx.sending()

    config = aiohttp.TraceConfig()
    config.on_connection_reuseconn.append(reused)
    config.on_connection_create_end.append(created)
    return config
