"""Lets containers reach an engine that listens on 127.0.0.1 only: a process of its own that ends with the engine.

    python -m tools.local_engine.port_forward PORT ENGINE_PID HOME

On Linux a container calls this machine `host.docker.internal` and means the gateway of Docker's bridge, at which nobody
listens otherwise. On other systems Docker leads the name to 127.0.0.1 by itself. Only this machine and its containers
reach the gateway's address. At its end it takes the files away that lead `sam local` to the engine: SAM then says that
they are missing, instead of starting a function that reaches nobody.
"""

import asyncio
import errno
import os
import shutil
import socket
import sys
from ipaddress import ip_network
from pathlib import Path

import docker  # type: ignore[import-untyped] # it ships no types
import requests
from docker.errors import DockerException  # type: ignore[import-untyped] # likewise

from tools.local_engine.processes import ENGINE_NAME, is_running
from tools.local_engine.sam_local import remove_files

DOCKER_ANSWERS_WITHIN = 5  # seconds
USUAL_GATEWAY = "172.17.0.1"  # of Docker's bridge, unless its owner chose another network
_IP_FREEBIND = 15  # linux/in.h; Python's socket module has no name for it


def gateway() -> str | None:
    """The address under which containers know this machine; None where there is no Docker, or no need for a relay.

    Docker's usual address where its engine is installed but does not answer yet: it may be started later.
    """
    if sys.platform != "linux":
        return None
    try:
        bridge = docker.from_env(timeout=DOCKER_ANSWERS_WITHIN).networks.get("bridge")
    except (DockerException, requests.RequestException):
        return USUAL_GATEWAY if shutil.which("docker") or shutil.which("dockerd") else None
    plan = bridge.attrs["IPAM"]["Config"][0]
    return str(plan.get("Gateway") or ip_network(plan["Subnet"])[1])


def listening(address: str, port: int) -> socket.socket:
    """A socket at the address, also while no interface has it: Docker makes its bridge when it starts."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_IP, _IP_FREEBIND, 1)
    listener.bind((address, port))
    return listener


async def relay(listener: socket.socket, port: int, engine_pid: int) -> None:
    """Carries what comes in at the socket to 127.0.0.1:`port` and back, until the engine's process is gone."""
    async with await asyncio.start_server(lambda r, w: _carry(r, w, port), sock=listener):
        await _end_of(engine_pid)


async def _end_of(pid: int) -> None:
    """Returns when the process has ended; at once where it is none of an engine's."""
    try:
        handle = os.pidfd_open(pid)  # can be read from once the process has ended
    except ProcessLookupError:
        return
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(handle, ended.set)
    try:
        if is_running(pid, ENGINE_NAME):
            await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    try:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        writer.close()  # the engine is ending, and so shall we
        return
    await asyncio.gather(_pipe(reader, far_writer), _pipe(far_reader, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        return  # whoever hung up, the other side is told by the close
    finally:
        writer.close()


def main(port: int, engine_pid: int, home: Path) -> None:
    """Runs until the engine of this home is gone; ends at once where no relay is needed or another one is there."""
    address = gateway()
    if address is None:
        return
    try:
        listener = listening(address, port)
    except OSError as fault:
        if fault.errno != errno.EADDRINUSE:
            raise
        print(f"something listens at {address}:{port} already: an earlier relay")
        return
    asyncio.run(relay(listener, port, engine_pid))
    remove_files(home)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
