"""One operation of an AWS service with a JSON protocol: the request, its attempts, the response or botocore's error.

botocore decides what is tried again and after how long, because its handlers of `needs-retry` are asked and those of
`after-call` are told. The other events that are emitted, for moto and tests, are `before-parameter-build` and
`before-send`. What is no plain response with status 200 is read by botocore's parser.
"""

import json
import time
from base64 import b64encode
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Literal, cast
from zlib import crc32

from botocore.endpoint import convert_to_response_dict
from botocore.exceptions import BotoCoreError
from botocore.hooks import first_non_none_response
from botocore.parsers import create_parser

from herald.aws.http_response import HttpResponse
from herald.aws.service import Service

if TYPE_CHECKING:
    from botocore.model import OperationModel

type _Parsed = dict[str, Any]

_ERROR: Final = 300  # and above it


class Operation:
    """Sends one operation, with the arguments and the result of boto3's method. Threads may share it."""

    def __init__(self, service: Service, model: "OperationModel") -> None:
        self._service = service
        self._model = model
        self._signer = service.signer(model)
        event = f"{service.event_name}.{model.name}"
        self._before_build, self._before_send = f"before-parameter-build.{event}", f"before-send.{event}"
        self._after_call, self._needs_retry = f"after-call.{event}", f"needs-retry.{event}"

    @property
    def name(self) -> str:
        """`GetItem`."""
        return str(self._model.name)

    def __call__(self, **arguments: Any) -> _Parsed:  # noqa: ANN401 - as boto3's
        """The parsed response, the headers of which only an error has. Raises `ClientError` and `BotoCoreError`."""
        context: dict[str, Any] = {}  # in which botocore's handlers note what they need
        self._service.emit(self._before_build, params=arguments, model=self._model, context=context)
        response, parsed = self._try(_encode(arguments).encode(), context)
        self._service.emit(self._after_call, http_response=response, parsed=parsed, model=self._model, context=context)
        if response.status_code >= _ERROR:
            raise self._service.error(parsed, self._model.name, context)
        return parsed

    def _try(self, body: bytes, context: dict[str, Any]) -> tuple[HttpResponse, _Parsed]:
        """The response of the last attempt. Raises `BotoCoreError`."""
        attempt = 1
        answered, failure = self._attempt(body)
        while (pause := self._pause(attempt, answered, failure, context)) is not None:
            time.sleep(pause)
            attempt += 1
            answered, failure = self._attempt(body)
        if answered is None:
            raise failure or AssertionError
        answered[1]["ResponseMetadata"]["RetryAttempts"] = attempt - 1
        return answered

    def _attempt(self, body: bytes) -> tuple[tuple[HttpResponse, _Parsed] | None, BotoCoreError | None]:
        """Either the response or the failure."""
        request = self._service.request(self._signer, body)
        try:
            handled = first_non_none_response(self._service.emit(self._before_send, request=request))
            response = self._service.send(request) if handled is None else cast("HttpResponse", handled)
        except BotoCoreError as failure:
            return None, failure
        return (response, self._parsed(response)), None

    def _pause(
        self,
        attempt: int,
        answered: tuple[HttpResponse, _Parsed] | None,
        failure: BotoCoreError | None,
        context: dict[str, Any],
    ) -> float | None:
        """The seconds until the next attempt; None where there is to be none."""
        if answered is not None and _is_plain(answered[0]):
            return None
        pauses = self._service.emit(
            self._needs_retry,
            response=answered,
            endpoint=None,
            operation=self._model,
            attempts=attempt,
            caught_exception=failure,
            request_dict={"context": context},
        )
        pause: float | Literal[False] | None = first_non_none_response(pauses)
        return None if pause is False else pause  # `False` is botocore's second way to say no

    def _parsed(self, response: HttpResponse) -> _Parsed:
        content = response.content
        # DynamoDB's binary values are in base64, which botocore's parser undoes.
        if response.status_code == HTTPStatus.OK and b'"B"' not in content and b'"BS"' not in content:
            try:
                parsed = json.loads(content)
            except ValueError:
                parsed = None
            if isinstance(parsed, dict):
                kept = {name: value for name, value in parsed.items() if value is not None}  # as botocore does it
                return {**kept, "ResponseMetadata": {"HTTPStatusCode": response.status_code}}
        return self._parsed_by_botocore(response)

    def _parsed_by_botocore(self, response: HttpResponse) -> _Parsed:
        """As botocore's endpoint does it, attributes of the error among them."""
        parser: Any = create_parser(self._service.protocol)
        given = convert_to_response_dict(response, self._model)
        parsed: _Parsed = parser.parse(given, self._model.output_shape)
        code = parsed.get("Error", {}).get("Code")
        shape = self._model.service_model.shape_for_error_code(code) if code else None
        if response.status_code >= _ERROR and shape is not None:
            parsed.update(parser.parse(given, shape))
        return parsed


def _is_plain(response: HttpResponse) -> bool:
    """Whether it is a success that arrived whole, so that botocore would not try again."""
    if response.status_code != HTTPStatus.OK:
        return False
    is_ours = isinstance(response, HttpResponse)  # and not that of a handler of `before-send`
    checksum = response.header(b"x-amz-crc32") if is_ours else response.headers.get("x-amz-crc32")
    return checksum is None or int(checksum) == crc32(response.content)


def _base64(value: object) -> str:
    """Binary values, which JSON does not have."""
    if isinstance(value, (bytes, bytearray)):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is no type of JSON")


_encode: Final = json.JSONEncoder(default=_base64).encode
