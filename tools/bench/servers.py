"""The servers that the measured processes talk to, each in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.request import Request, urlopen

from tools.bench.aws.schema import described
from tools.local_engine.environment import ROOT, bare_environment
from tools.local_stack.template import load_template

PARTNERS: Final = 10
_ENDS_WITHIN: Final = 10  # seconds after its standard input is closed


@contextmanager
def partner() -> Iterator[str]:
    """A partner that answers `success`; its address."""
    with _server("tools.bench.partner_server") as address:
        yield address


@contextmanager
def aws() -> Iterator[str]:
    """DynamoDB, SQS and KMS with `PARTNERS` partners that answer `success`, and nothing else; the address."""
    tables = json.dumps(described(load_template()))
    with _server("tools.bench.aws.server", f"{tables}\n") as address:
        body = json.dumps({"count": PARTNERS, "url": f"{address}/partner"}).encode()
        with urlopen(Request(f"{address}/bench/partners", body), timeout=10):  # noqa: S310 - our own server, http
            yield address


@contextmanager
def _server(module: str, given: str = "") -> Iterator[str]:
    environment = {**bare_environment(), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            process.stdin.write(given)  # type: ignore[union-attr] # it is a pipe
            process.stdin.flush()  # type: ignore[union-attr] # likewise
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"  # type: ignore[union-attr] # likewise
        finally:
            process.stdin.close()  # type: ignore[union-attr] # likewise
            process.wait(_ENDS_WITHIN)
