"""A webhook client for tests over real sockets, which resolves every name to this machine."""

from ipaddress import ip_address

from herald.domain.attempt import Outcome
from herald.endpoint.special_addresses import IPAddress
from herald.webhook.client import WebhookClient
from tests.support.http.misbehaving_servers import Conversation, talking

DEADLINE = 0.5  # of a test that waits for it
ANSWERED_WITHIN = 5.0  # the deadline of all others, long enough for a busy machine
SLACK = 3.0  # tolerance for one
BODY = '{"code":10000, "describe":"執行成功","a":1.0}'.encode()
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


class FakeResolver:
    """A resolver with the given answers, one for each call; `asked` has the names."""

    def __init__(self, *answers: str | list[str]) -> None:
        self.answers = [[answer] if isinstance(answer, str) else answer for answer in answers]
        self.asked: list[str] = []

    async def addresses(self, host: str) -> tuple[IPAddress, ...]:
        self.asked.append(host)
        return tuple(map(ip_address, self.answers[min(len(self.asked), len(self.answers)) - 1]))


def webhook_client(
    resolver: FakeResolver | None = None, *, allow_private: bool = True, deadline: float = ANSWERED_WITHIN
) -> WebhookClient:
    return WebhookClient(
        deadline_seconds=deadline,
        user_agent="Herald/test",
        allow_private=allow_private,
        resolver=resolver or FakeResolver("127.0.0.1"),
    )


async def post(herald: WebhookClient, port: int, path: str = "/notify") -> Outcome:
    return await herald.post(f"http://partner.example:{port}{path}", BODY, {"webhook-id": "1_a_b"})


async def outcome_of(herald: WebhookClient, conversation: Conversation) -> Outcome:
    async with talking(conversation) as server:
        return await post(herald, server.port)


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
