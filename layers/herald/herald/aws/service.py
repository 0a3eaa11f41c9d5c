"""What the operations of one client share: endpoint, credentials, headers, connections, events."""

import os
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

from botocore.exceptions import NoCredentialsError
from botocore.handlers import add_recursion_detection_header
from botocore.httpsession import create_urllib3_context, get_cert_path

from herald.aws.connections import Connections
from herald.aws.http_response import HttpResponse
from herald.aws.request import Request
from herald.aws.signature import Signer

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError
    from botocore.model import OperationModel

_USUAL_PORT: Final = {"http": 80, "https": 443}


class Service:
    """Taken from a client of boto3: whatever it has from the environment or its configuration holds here too.

    Some of that has no public name in botocore. `tests/integration/aws` fails where a version moves it.
    """

    def __init__(self, client: "BaseClient", url: str) -> None:
        self._client = cast("Any", client)
        self._model = client.meta.service_model
        # Pairs, because threads share them: what was made last, and for what.
        self._known_timestamp = (0, "")
        self._known_trace: tuple[str | None, str] = (None, "")
        self.url = f"{url.rstrip('/')}/"
        self.event_name = self._model.service_id.hyphenize()
        self.protocol = self._model.resolved_protocol
        self.emit = client.meta.events.emit
        user_agent = self._client._user_agent_creator.to_string()  # noqa: SLF001 - see above
        self._unsigned_lines = f"User-Agent: {user_agent}\r\nAccept-Encoding: identity\r\n"
        self._connections = _connections(client, self.url)

    def signer(self, operation: "OperationModel") -> Signer:
        """Signs the requests of the operation."""
        parts = urlsplit(self.url)
        is_usual = parts.port in (None, _USUAL_PORT[parts.scheme])
        headers = {
            "Host": parts.hostname or "" if is_usual else f"{parts.hostname}:{parts.port}",
            "Content-Type": f"application/x-amz-json-{self._model.metadata['jsonVersion']}",
            "X-Amz-Target": f"{self._model.metadata['targetPrefix']}.{operation.name}",
        }
        if self._model.is_query_compatible:
            headers["x-amzn-query-mode"] = "true"
        return Signer(self._client.meta.region_name, self._model.signing_name, headers)

    def request(self, signer: Signer, body: bytes) -> Request:
        """The request, signed at this moment with the credentials of this moment. Raises `NoCredentialsError`."""
        credentials = self._client._request_signer._credentials  # noqa: SLF001 - see the class
        if credentials is None:
            raise NoCredentialsError
        signed = signer.signed_lines(body, credentials.get_frozen_credentials(), self._timestamp())
        return Request(self.url, f"{signed}{self._unsigned_lines}{self._trace_line()}", body)

    def send(self, request: Request) -> HttpResponse:
        """The response of the endpoint. Raises botocore's errors of connections."""
        return self._connections.exchange(request.sent)

    def _timestamp(self) -> str:
        """Of this second."""
        second = int(time.time())
        known_for, timestamp = self._known_timestamp
        if known_for != second:
            timestamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._known_timestamp = second, timestamp
        return timestamp

    def _trace_line(self) -> str:
        """The header by which X-Ray and Lambda's detection of loops follow an invocation, as botocore writes it."""
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        known_for, line = self._known_trace
        if known_for != trace:
            headers: dict[str, str] = {}
            add_recursion_detection_header({"headers": headers})
            line = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            self._known_trace = trace, line
        return line

    def error(self, parsed: dict[str, Any], operation: str, context: Mapping[str, Any]) -> "ClientError":
        """The error that boto3's client raises for this response."""
        code = context.get("error_code_override") or parsed.get("Error", {}).get("Code")
        error: ClientError = self._client.exceptions.from_code(code)(parsed, operation)
        return error


def _connections(client: Any, url: str) -> Connections:  # noqa: ANN401 - of boto3
    config, verify = client.meta.config, client._endpoint.http_session._verify  # noqa: SLF001 - see the class
    return Connections(
        url=url,
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        kept=config.max_pool_connections,
        tls=_tls(get_cert_path(verify)) if url.startswith("https:") else None,
    )


@cache  # to read the certificates takes as long as some deliveries; botocore does it for each connection
def _tls(certificates: str) -> ssl.SSLContext:
    tls: ssl.SSLContext = create_urllib3_context()
    tls.check_hostname = True  # for botocore, urllib3 does it
    tls.load_verify_locations(certificates)
    tls.set_alpn_protocols(["http/1.1"])
    return tls
