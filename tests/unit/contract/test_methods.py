"""Everything that depends on the envelope's method reads one registry."""

import json
import subprocess
import sys
from typing import Any

import pytest

from herald.contract.envelope import EnvelopeRefused, parse_envelope
from herald.contract.methods import METHODS, Method
from herald.contract.order_status import fold
from tests.support.factories import a_notification
from tests.support.paths import ROOT
from tools.common.formatting import MEANINGS

EVERY = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)

# Registers a third method before anything reads the registry, then uses it everywhere.
THIRD = """
import json, sys
from herald.contract import methods
third = methods.Method(
    name="exNotify", model="Expired", meaning="a code expired", body_meaning="What expired.",
    total="quantity", counts_required=False,
)
methods.METHODS = {**methods.METHODS, third.name: third}
from herald.contract.envelope import CONTRACT, EnvelopeRefused, parse_envelope
from herald.contract.order_status import fold
from customer_service.schemas.notifications import Notification
from customer_service.schemas.orders import ORDER
from pydantic import TypeAdapter
from tests.support.factories import a_notification
from tools.common.formatting import MEANINGS

def new(adapter):
    return sorted(name for name in adapter.json_schema()["$defs"] if name.startswith("Expired"))

envelope = json.loads(sys.argv[1])
sent = [json.dumps({**envelope, "body": {**envelope["body"], "quantity": quantity}}) for quantity in (2, 1)]
text = sent[0]
try:
    parse_envelope(text.replace("exNotify", "unknown"))
except EnvelopeRefused as error:
    refusal = str(error)
order = fold([a_notification(id=parse_envelope(one).id, payload=one) for one in sent])
print(json.dumps({
    "order": json.loads(order)["body"]["quantity"],
    "refusal": refusal,
    "request schemas": new(CONTRACT),
    "order schemas": new(ORDER),
    "shown": TypeAdapter(Notification).json_schema()["properties"]["method"]["enum"],
    "command line": MEANINGS["exNotify"],
}))
"""


def an_envelope(method: str) -> dict[str, Any]:
    body = {"orderId": "test158585", "orderStatus": 9, "orderQuantity": 3, "usedQuantity": 1}
    return {"code": 10000, "describe": "ok", "partnerId": 3528, "method": method, "body": body}


@EVERY
def test_envelope_of_each_method_is_accepted(method: Method) -> None:
    assert parse_envelope(json.dumps(an_envelope(method.name))).id.order_id == "test158585"


@EVERY
def test_counts_are_required_by_the_registry(method: Method) -> None:
    envelope = an_envelope(method.name)
    del envelope["body"]["usedQuantity"]
    if method.counts_required:
        with pytest.raises(EnvelopeRefused, match=r"`body.usedQuantity` is missing"):
            parse_envelope(json.dumps(envelope))
    else:
        assert parse_envelope(json.dumps(envelope)).id.order_id == "test158585"


@EVERY
def test_order_query_takes_the_largest_total(method: Method) -> None:
    envelope = an_envelope(method.name)
    sent = [json.dumps({**envelope, "body": {**envelope["body"], method.total: total}}) for total in (1, 3, 2)]
    order = fold(a_notification(id=parse_envelope(text).id, payload=text) for text in sent)
    assert order is not None
    assert json.loads(order)["body"][method.total] == 3


@EVERY
def test_command_line_has_the_meaning(method: Method) -> None:
    assert MEANINGS[method.name] == method.meaning


def test_third_method_is_one_entry() -> None:
    arguments = [sys.executable, "-c", THIRD, json.dumps(an_envelope("exNotify"))]
    path = {"PYTHONPATH": ":".join(str(ROOT / folder) for folder in ("layers/herald", "functions", ""))}
    done = subprocess.run(arguments, cwd=ROOT, env=path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "order": 2,
        "refusal": "`method` must be `snNotify` or `reNotify` or `exNotify`",
        "request schemas": ["Expired", "ExpiredBody"],
        "order schemas": ["ExpiredBody", "ExpiredOrder"],
        "shown": ["snNotify", "reNotify", "exNotify"],
        "command line": "a code expired",
    }
