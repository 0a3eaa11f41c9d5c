"""An API on this machine that answers as it is told."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, override


@contextmanager
def an_api(answers: Mapping[str, tuple[int, bytes]]) -> Iterator[tuple[str, list[str | None]]]:
    """Answers each path with its status and body; gives its address, and the `Authorization` of each request."""
    sent: list[str | None] = []

    class Answers(BaseHTTPRequestHandler):
        @override
        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            sent.append(self.headers["Authorization"])
            status, body = answers[self.path]
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", sent
        finally:
            server.shutdown()
            thread.join()
