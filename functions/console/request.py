"""A request of a browser, from the event of an HTTP API (payload format 2.0)."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl

MAX_FORM: Final = 64 * 1024  # bytes; the largest form, all of a page selected, takes less than 20 KB
_MAX_FIELDS: Final = 500


class FormRefused(ValueError):
    """The body is not a form that the console sends."""


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a submitted form, in their order; a name may occur several times."""

    fields: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str:
        """The first value of this name without white space at its ends; empty where there is none."""
        return next((value.strip() for known, value in self.fields if known == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of this name."""
        return [value for known, value in self.fields if known == name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The parts of a request that the console reads. Header names are in lower case."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    source_ip: str
    body: bytes = field(repr=False)

    @property
    def address(self) -> str:
        """The path with its query."""
        return f"{self.path}?{self.raw_query}" if self.raw_query else self.path

    @property
    def query(self) -> Form:
        """The fields of the address. Raises `FormRefused`."""
        return _form(self.raw_query)

    @property
    def form(self) -> Form:
        """The submitted form. Raises `FormRefused`."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded" or len(self.body) > MAX_FORM:
            raise FormRefused("not a form of the console")
        return _form(self.body.decode("utf-8", "replace"))


def read_request(event: Mapping[str, Any]) -> Request:
    """The request of this event."""
    http = event["requestContext"]["http"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return Request(
        method=http["method"],
        path=event["rawPath"],
        raw_query=event.get("rawQueryString", ""),
        headers=headers,
        # API Gateway gives cookies apart from the headers, the local engine among them.
        cookies=dict(_cookie(text) for text in event.get("cookies") or headers.get("cookie", "").split(";")),
        source_ip=http.get("sourceIp", ""),
        body=_body(event),
    )


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    return b64decode(body) if event.get("isBase64Encoded") else body.encode()


def _cookie(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _form(text: str) -> Form:
    try:
        return Form(tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)))
    except ValueError:
        raise FormRefused("more fields than a form of the console has") from None
