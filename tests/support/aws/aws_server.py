"""moto as a server, for processes of their own. One request at a time: moto's conditional writes are atomic only so."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any
from urllib.request import Request, urlopen

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

type Environ = dict[str, Any]
type App = Callable[[Environ, Any], Iterable[bytes]]


@contextmanager
def moto_server() -> Iterator[str]:
    """The address of a server in which nothing is, while the context lasts."""
    app = one_at_a_time(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        urlopen(Request(f"{endpoint}/moto-api/reset", method="POST")).close()  # noqa: S310 - our own server
        yield endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def one_at_a_time(app: App) -> App:
    """The same, answering the next request when the one before is answered."""
    lock = Lock()

    def locked(environ: Environ, start_response: Any) -> Iterable[bytes]:
        with lock:
            return list(app(environ, start_response))

    return locked
