"""The console's function behind a server on this machine, for a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, override

from console.app import handler
from tests.support.aws.aws_stack import Context
from tests.support.http.http_events import api_event


@dataclass
class ConsoleServer:
    """Its address, another site than `127.0.0.1` for a browser, and the requests for pages that it got."""

    origin: str = ""
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # method and path, headers


@contextmanager
def running_console() -> Iterator[ConsoleServer]:
    """A server that listens until the end of the block."""
    console = ConsoleServer()
    kind = type("Handler", (_Handler,), {"console": console, "lock": Lock()})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        console.origin = f"http://console.localhost:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield console
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    console: ConsoleServer
    lock: Lock

    def do_GET(self) -> None:
        self._pass_on(None)

    def do_POST(self) -> None:
        self._pass_on(self.rfile.read(int(self.headers["content-length"])))

    def _pass_on(self, body: bytes | None) -> None:
        event = api_event(self.command, self.path, body)
        event["headers"] = {name.lower(): value for name, value in self.headers.items()}
        if "/static/" not in self.path:
            self.console.requests.append((f"{self.command} {self.path.partition('?')[0]}", event["headers"]))
        with self.lock:  # Lambda gives an execution environment one request at a time
            response: dict[str, Any] = handler(event, Context())
        content = response["body"].encode()
        self.send_response(response["statusCode"])
        for name, value in {**response["headers"], "content-length": str(len(content))}.items():
            self.send_header(name, value)
        for cookie in response.get("cookies", ()):
            self.send_header("set-cookie", cookie)
        self.end_headers()
        self.wfile.write(content)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
