"""DNS resolution: all addresses, IPv4 first; name servers without a response delay no other name."""

import asyncio
import errno
import gc
import resource
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address

import pytest

from herald.endpoint.resolver import CannotLookUp, NotResolved, Resolver

pytestmark = pytest.mark.asyncio

type Found = list[tuple[int, int, int, str, tuple[str | int, ...]]]


def found(*addresses: str) -> Found:
    return [(0, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]


async def test_addresses_are_unique_with_ipv4_first() -> None:
    resolver = Resolver(lambda *_, **__: found("2606::2", "9.9.9.9", "2606::1", "1.1.1.1", "9.9.9.9"))
    assert await resolver.addresses("p.example") == tuple(map(ip_address, ("9.9.9.9", "1.1.1.1", "2606::2", "2606::1")))


@pytest.mark.parametrize("literal", ["8.8.8.8", "2606::1"])
async def test_an_address_is_not_looked_up(literal: str) -> None:
    def never(*_: object, **__: object) -> Found:
        pytest.fail("asked for an address's address")

    assert await Resolver(never).addresses(literal) == (ip_address(literal),)


@pytest.mark.parametrize("odd", ["127.1", "2130706433", "0x7f.1", "localhost"])
async def test_system_resolver_handles_unusual_names(odd: str) -> None:
    resolver = Resolver()
    assert ip_address("127.0.0.1") in await resolver.addresses(odd)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (socket.EAI_NONAME, "the name p.example has no address: is it spelt right, and is it in the public DNS?"),
        (socket.EAI_AGAIN, "the name p.example could not be looked up: its name servers do not answer"),
        (socket.EAI_SYSTEM, "the name p.example could not be looked up: words of the system"),
    ],
)
async def test_failed_resolution_has_a_reason(number: int, words: str) -> None:
    def fail(*_: object, **__: object) -> Found:
        raise socket.gaierror(number, "words of the system")

    resolver = Resolver(fail)
    with pytest.raises(NotResolved) as failure:
        await resolver.addresses("p.example")
    assert str(failure.value) == words


@pytest.mark.parametrize(
    "error",
    [
        *(OSError(number, "words") for number in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS)),
        socket.gaierror(socket.EAI_MEMORY, "words of the system"),
    ],
)
async def test_exhausted_resource_is_our_fault(error: OSError) -> None:
    with pytest.raises(CannotLookUp, match=r"^our fault: Herald could not look up the name \("):
        await Resolver(failing(error)).addresses("p.example")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "Connection refused"),
        (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "Connection timed out"),
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied"),
        (OSError(), "OSError"),
        (socket.gaierror(), "the resolver does not say why"),
        (UnicodeError("label empty or too long"), "it is no valid host name"),
        (UnicodeEncodeError("idna", "\ud800", 0, 1, "no such letter"), "it is no valid host name"),
        (ValueError("embedded null byte"), "it is no valid host name"),
    ],
)
async def test_any_other_error_means_not_resolved(error: Exception, words: str) -> None:
    with pytest.raises(NotResolved) as failure:
        await Resolver(failing(error)).addresses("p.example")
    assert str(failure.value) == f"the name p.example could not be looked up: {words}"


@contextmanager
def no_descriptors() -> Iterator[None]:
    """No descriptor can be opened; open ones still work."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("number", ["EAI_NONAME", "EAI_NODATA", "EAI_FAIL", "EAI_AGAIN", "EAI_SYSTEM", "EAI_MEMORY"])
async def test_missing_descriptors_are_our_fault(number: str) -> None:
    resolver = Resolver(failing(socket.gaierror(getattr(socket, number), "words of the system")))
    with no_descriptors(), pytest.raises(CannotLookUp, match="our fault"):
        await resolver.addresses("p.example")


@pytest.mark.parametrize("host", ["localhost", "p.invalid", "p.example"])
async def test_system_resolver_without_descriptors_is_our_fault(host: str) -> None:
    resolver = Resolver()
    await resolver.addresses("127.1")  # opens the descriptors that threads and libraries need at their start
    with no_descriptors(), pytest.raises(CannotLookUp, match="Too many open files"):
        await resolver.addresses(host)


async def test_empty_result_means_no_address() -> None:
    with pytest.raises(NotResolved, match=r"^the name p\.example has no address"):
        await Resolver(lambda *_, **__: []).addresses("p.example")


@pytest.mark.parametrize("host", ["x" * 64 + ".example", "a..example", "\ud800.example"])
async def test_name_that_cannot_be_encoded_is_not_resolved(host: str) -> None:
    with pytest.raises(NotResolved):
        await Resolver().addresses(host)


def failing(error: Exception) -> Callable[..., Found]:
    def fail(*_: object, **__: object) -> Found:
        raise error

    return fail


async def test_names_that_hang_do_not_hold_up_the_others() -> None:
    released = threading.Event()

    def look_up(host: str, *_: object, **__: object) -> Found:
        if host.startswith("hangs"):
            released.wait(10)
        return found("8.8.8.8")

    resolver = Resolver(look_up)
    hanging = [asyncio.ensure_future(resolver.addresses(f"hangs{number}.example")) for number in range(50)]
    await asyncio.sleep(0)  # the tasks start
    try:
        async with asyncio.timeout(5):  # the others hang for 10 s
            assert await resolver.addresses("quick.example") == (ip_address("8.8.8.8"),)
    finally:
        released.set()
        await asyncio.gather(*hanging)


async def test_simultaneous_attempts_share_one_resolution() -> None:
    asked: list[str] = []

    def look_up(host: str, *_: object, **__: object) -> Found:
        asked.append(host)
        return found(f"8.8.8.{len(asked)}")

    resolver = Resolver(look_up)
    together = await asyncio.gather(*(resolver.addresses("p.example") for _ in range(20)))
    assert set(together) == {(ip_address("8.8.8.1"),)}
    assert await resolver.addresses("p.example") == (ip_address("8.8.8.2"),)


async def test_hanging_name_occupies_one_thread() -> None:
    released, asked = threading.Event(), list[str]()

    def look_up(host: str, *_: object, **__: object) -> Found:
        asked.append(host)
        released.wait(10)
        return found("8.8.8.8")

    resolver = Resolver(look_up)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await resolver.addresses("hangs.example")
    assert asked == ["hangs.example"]
    released.set()
    assert await resolver.addresses("hangs.example") == (ip_address("8.8.8.8"),)


async def test_cancelled_attempt_keeps_the_resolution() -> None:
    released = threading.Event()

    def look_up(*_: object, **__: object) -> Found:
        released.wait(10)
        return found("8.8.8.8")

    resolver = Resolver(look_up)
    impatient = asyncio.ensure_future(resolver.addresses("p.example"))
    patient = asyncio.ensure_future(resolver.addresses("p.example"))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    released.set()
    assert await patient == (ip_address("8.8.8.8"),)


async def test_unawaited_failure_is_not_logged() -> None:
    released, failed, complaints = threading.Event(), threading.Event(), []

    def look_up(*_: object, **__: object) -> Found:
        released.wait(10)
        failed.set()
        raise socket.gaierror(socket.EAI_NONAME, "gone")

    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await Resolver(look_up).addresses("p.example")
    released.set()
    await asyncio.to_thread(failed.wait, 5)
    await asyncio.sleep(0.05)  # the event loop processes the failure and the unawaited future
    gc.collect()
    assert complaints == []
