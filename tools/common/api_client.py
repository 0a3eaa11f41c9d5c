"""A client of the operator API: one method for each operation. Each failed request raises a `CliError`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from requests import PreparedRequest, Response
from urllib3.exceptions import HTTPError

from herald import __version__
from herald.languages.catalogue import N_
from herald.languages.current import current_language
from herald.languages.message import Message
from tools.common.errors import CliError, Misused, Refused, Unreachable
from tools.common.pages import Query
from tools.common.sentence import Sentence
from tools.common.source_client import SourceClient
from tools.common.target import Target

type Json = dict[str, Any]

CONNECT_WITHIN = 5.0  # seconds
ANSWER_WITHIN = 30.0  # seconds: API Gateway's own limit; a test of a partner may take 15
ACKNOWLEDGED = "success"

_GATEWAY: Mapping[int, tuple[str, Sentence]] = {
    401: (N_("no key was sent"), Message("give --key or set HERALD_KEY")),
    403: (
        N_("this key is not known here, was revoked or has expired"),
        Message("`herald keys create --help` makes another one"),
    ),
    413: (N_("it is larger than API Gateway accepts"), ""),
    429: (N_("too many requests at once"), Message("try again in a moment")),
}
_BUSY: tuple[str, Sentence] = (
    N_("Herald cannot answer now"),
    Message("try again; `herald notifications show` tells whether something took effect"),
)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A notification that Herald has stored, or had stored already."""

    notification_id: str


class ApiClient:
    """Herald's API at one address with one key. `session` carries the requests, so that tests can carry them elsewhere.

    Every method raises `Refused` with the API's sentence, and `Unreachable` when nobody or somebody else answers.
    """

    def __init__(self, target: Target, session: requests.Session) -> None:
        self._target = target
        self._session = session
        if _host(target.api_url) in _THIS_MACHINE:
            session.trust_env = False  # no proxy of this machine's owner leads to the machine itself

    @property
    def url(self) -> str:
        """Where the API is."""
        return self._target.api_url

    @property
    def sources(self) -> SourceClient:
        """The senders with inbound addresses."""
        return SourceClient(self._json)

    def send(self, payload: bytes) -> Acknowledged:
        """Submits a notification, byte for byte."""
        response = self._request("POST", "/notifications", body=payload)
        notification_id = response.headers.get("herald-notification-id")
        if response.text != ACKNOWLEDGED or not notification_id:
            raise Unreachable(_not_herald(response), _SEND_AGAIN)
        return Acknowledged(notification_id)

    def notifications(self, **query: str | int | None) -> Json:
        """A page of what failed or is held, or of one order, as the query says."""
        return self._json("GET", "/notifications", query)

    def notification(self, notification_id: str) -> Json:
        """The notification with its attempts and its history."""
        return self._json("GET", f"/notifications/{quote(notification_id, safe='')}")

    def act_on_notification(self, notification_id: str, action: str, reason: str, turn: int | None) -> Json:
        """`redrive`, `resolve` or `cancel`; with `turn`, only if nobody changed it since. The notification after it."""
        wish = {"reason": reason} if turn is None else {"reason": reason, "turn": turn}
        return self._json("POST", f"/notifications/{quote(notification_id, safe='')}/{action}", wish=wish)

    def start_job(self, wish: dict[str, Any]) -> Json:
        """How many it matches and, unless it is a dry run, the new job's id."""
        return self._json("POST", "/jobs", wish=wish)

    def reindex(self, wish: dict[str, Any]) -> Json:
        """The id of the new job that completes the lists by partner and time, and about how many it looks at."""
        return self._json("POST", "/jobs/reindex", wish=wish)

    def jobs(self, **query: str | int | None) -> Json:
        """A page of the jobs: those that run, then the others, both newest first."""
        return self._json("GET", "/jobs", query)

    def job(self, job_id: str) -> Json:
        """The job, and how far it has come."""
        return self._json("GET", f"/jobs/{quote(job_id, safe='')}")

    def cancel_job(self, job_id: str, reason: str) -> Json:
        """The job, cancelled."""
        return self._json("POST", f"/jobs/{quote(job_id, safe='')}/cancel", wish={"reason": reason})

    def keys(self, **query: str | int | None) -> Json:
        """A page of the keys, the newest first: what is known of each, never the key."""
        return self._json("GET", "/keys", query)

    def create_key(self, wish: dict[str, Any]) -> Json:
        """The new key, which is shown this once."""
        return self._json("POST", "/keys", wish=wish)

    def revoke_key(self, key_id: str, reason: str) -> Json:
        """What is known of the key, revoked."""
        return self._json("POST", f"/keys/{quote(key_id, safe='')}/revoke", wish={"reason": reason})

    def partners(self, **query: str | int | None) -> Json:
        """A page of the partners, by number."""
        return self._json("GET", "/partners", query)

    def partner(self, partner_id: int) -> Json:
        """The partner."""
        return self._json("GET", f"/partners/{partner_id}")

    def create_partner(self, wish: dict[str, Any]) -> Json:
        """The new partner, with its secrets, which are shown this once."""
        return self._json("POST", "/partners", wish=wish)

    def change_partner(self, partner_id: int, wish: dict[str, Any]) -> Json:
        """The partner with other particulars."""
        return self._json("PATCH", f"/partners/{partner_id}", wish=wish)

    def act_on_partner(self, partner_id: int, action: str, wish: dict[str, Any]) -> Json:
        """`test` gives the attempt; `approve` and the others give the partner after it."""
        return self._json("POST", f"/partners/{partner_id}/{action}", wish=wish)

    def delete_order(self, order_id: str, partner_id: int, reason: str, *, force: bool) -> Json:
        """Of how many notifications this request deleted the content, and of how many it is left."""
        query: Query = {"partnerId": partner_id, "reason": reason, "force": "true" if force else None}
        return self._json("DELETE", f"/orders/{quote(order_id, safe='')}", query)

    def delete_partner(self, partner_id: int, reason: str, *, force: bool = False, dry_run: bool = False) -> Json:
        """How many notifications the partner has, and the job that deletes its data: null after a dry run."""
        flags = {name: "true" for name, is_set in {"force": force, "dryRun": dry_run}.items() if is_set}
        return self._json("DELETE", f"/partners/{partner_id}", {"reason": reason, **flags})

    def encrypt_secrets(self, wish: dict[str, Any]) -> Json:
        """How many partners' secrets this request encrypted, and how many are left in clear."""
        return self._json("POST", "/partners/encrypt", wish=wish)

    def _json(self, method: str, path: str, query: Query | None = None, wish: Json | None = None) -> Json:
        response = self._request(method, path, query=query, body=None if wish is None else json.dumps(wish).encode())
        content = _content(response)
        if content is None:
            raise Unreachable(_not_herald(response), _CHECK)
        return content

    def _request(self, method: str, path: str, query: Query | None = None, body: bytes | None = None) -> Response:
        headers = {"User-Agent": f"herald-cli/{__version__}", "Accept-Language": current_language().value}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self._session.request(
                method,
                self._target.api_url + path,
                params=query,
                data=body,
                headers=headers,
                auth=self._bearer,
                timeout=(CONNECT_WITHIN, ANSWER_WITHIN),
                allow_redirects=False,
            )
        except (requests.ConnectionError, requests.Timeout) as fault:
            raise Unreachable(_silence(self._target.api_url, fault), _START) from None
        # urllib3's own fault is of a host whose name has a part that is too long, and Python's of an unfinished `[`.
        except (requests.RequestException, HTTPError, ValueError) as fault:
            no_address = Message("{url} is no address of an API: {fault}", url=self._target.api_url, fault=str(fault))
            raise Misused(no_address, _CHECK) from None
        if response.status_code not in _DONE:
            raise _refusal(response)
        return response

    def _bearer(self, request: PreparedRequest) -> PreparedRequest:
        """The key, as requests' own hook: a mere header gives way to whatever ~/.netrc says of the host."""
        request.headers["Authorization"] = f"Bearer {self._target.key}"
        return request


_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_DONE = (200, 201, 202)
_CHECK = Message("check --api-url")
_START = Message("if it is the local stack, run `make up`; else check --api-url and the network")
_SEND_AGAIN = Message("send it again once you know the address: twice does no harm")


def _host(api_url: str) -> str | None:
    """The host of the address; None where it is no address, of which the request tells."""
    try:
        return urlsplit(api_url).hostname
    except ValueError:
        return None


def _refusal(response: Response) -> CliError:
    """What an answer that is no success says: the API's sentence, or ours for what API Gateway answers by itself."""
    content = _content(response) or {}
    if "describe" in content:
        return Refused(str(content["describe"]), code=content.get("code"))
    if "message" in content:
        describe, remedy = _GATEWAY.get(response.status_code, _BUSY)
        detail = {"status": response.status_code, "message": str(content["message"])}
        whole = Message("{what} (HTTP {status}: {message})", what=Message(describe), **detail)
        return Refused(whole, remedy, response.status_code * 100)
    return Unreachable(_not_herald(response), _CHECK)


def _content(response: Response) -> Json | None:
    """The JSON object of the answer; None when it is none."""
    try:
        content = response.json()
    except requests.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


def _not_herald(response: Response) -> Message:
    kind = response.headers.get("Content-Type", Message("no content type"))
    found = {"url": response.url, "status": response.status_code, "kind": kind}
    return Message("what answers at {url} is not Herald (HTTP {status}, {kind})", **found)


def _silence(url: str, fault: requests.RequestException) -> Message:
    if isinstance(fault, requests.Timeout):
        return Message("{url} does not answer (no answer in time)", url=url)
    if isinstance(fault, requests.exceptions.SSLError):
        return Message("{url} does not answer (TLS)", url=url)
    return Message("{url} does not answer (no connection)", url=url)
