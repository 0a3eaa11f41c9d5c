"""Clients of AWS: boto3's, in which some operations go the short way."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.utils import get_environ_proxies

from herald.aws.operation import Operation
from herald.aws.service import Service

if TYPE_CHECKING:
    from botocore.client import BaseClient


class Client:
    """A client of boto3, of whose methods some are replaced by `Operation`."""

    def __init__(self, client: "BaseClient", operations: Iterable[Operation]) -> None:
        self._client = client
        for operation in operations:
            setattr(self, xform_name(operation.name), operation)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever boto3's client has
        """Everything else is boto3's."""
        return getattr(self._client, name)


def new_client(service: str, config: Config, operations: Iterable[str]) -> Any:  # noqa: ANN401 - a client of boto3, for whoever calls it
    """boto3's client for the service, in which these operations ("GetItem") are sent by `Operation`.

    All are boto3's where a proxy or an endpoint with a path is configured, or certificates are not checked.
    """
    client: Any = boto3.client(service, config=config)  # type: ignore[call-overload] # the name is any
    model = client.meta.service_model
    models = [model.operation_model(name) for name in operations]
    url = _endpoint_url(client, models)
    if url is None or not client._endpoint.http_session._verify:  # noqa: SLF001 - as in `Service`
        return client
    shared = Service(client, url)
    return Client(client, [Operation(shared, one) for one in models])


def _endpoint_url(client: Any, models: list[Any]) -> str | None:  # noqa: ANN401 - botocore's
    """The endpoint of these operations, as botocore resolves it; None where it needs more than `Connections` do.

    It is resolved once, by an operation whose arguments do not matter: they do where a table is named by its ARN.
    """
    model = next(one for one in models if not one.operation_context_parameters)
    url, _, _ = client._resolve_endpoint_ruleset(model, {}, {})  # noqa: SLF001 - as in `Service`
    is_root = urlsplit(url).path in ("", "/")
    return url if is_root and not get_environ_proxies(url) else None
