"""Requests to which each receiver of the partner guide must give the same response, and what it then prints.

`ORDER` in a text stands for an order number that no other case uses.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Case:
    """Signed notifications, sent one after the other, each with an id of its own."""

    name: str
    bodies: tuple[str | bytes, ...]
    processed: tuple[str, ...]  # a line for each that is processed: what is counted, and the largest so far
    status: int = 200  # of every response


def redeemed(fields: str, *, before: str = "", after: str = "") -> str:
    """A `snNotify` whose body holds these fields behind the order number; further fields outside of `body`."""
    return f'{{{before}"code":10000,"method":"snNotify","body":{{"orderId":"ORDER",{fields}}}{after}}}'


def _read(name: str, *bodies: str | bytes, processed: tuple[str, ...] = ("usedQuantity 1",)) -> Case:
    return Case(name, bodies, processed)


def _unreadable(name: str, body: str | bytes) -> Case:
    return Case(name, (body,), (), status=400)


USED: Final = '"usedQuantity":1'
NESTED: Final = (
    _read("a quantity in an object before the real one", redeemed(f'"shop":{{"usedQuantity":50}},{USED}')),
    _read("a quantity in an object after the real one", redeemed(f'{USED},"shop":{{"usedQuantity":50}}')),
    _read("a quantity three levels down", redeemed(f'"a":{{"b":{{"c":{{"usedQuantity":50}}}}}},{USED}')),
    _read("a quantity outside of the body", redeemed(USED, before='"usedQuantity":50,')),
    _read("a method within the body", redeemed(f'"method":"testNotify",{USED}')),
    _read("a method in an object before the real one", redeemed(USED, before='"a":{"method":"testNotify"},')),
    _read("a body within an object", redeemed(USED, before='"a":{"body":{"orderId":"x","usedQuantity":9}},')),
    _read("an order number in an object", redeemed(f'"shop":{{"orderId":"other"}},{USED}')),
    _read("a list of objects", redeemed(f'"shops":[{{"usedQuantity":50}},{{"usedQuantity":60}}],{USED}')),
    _read("lists of lists", redeemed(f'"a":[[],[[]],[{{}},[{{"usedQuantity":50}}]],[]],{USED}')),
    _read("a list of all kinds of values", redeemed(f'"a":[1,-1.5e3,"x",true,false,null,{{}},[]],{USED}')),
    _read("thirty levels", redeemed('"a":' + '[{"b":' * 15 + "1" + "}]" * 15 + "," + USED)),
    _read("a field named as JavaScript's prototype", redeemed(f'"__proto__":{{"usedQuantity":50}},{USED}')),
    _read("fields that nobody knows", redeemed(f'"":"","a":null,"b":true,{USED}', after=',"z":[],"y":{}')),
)
_WHOLE: Final = (0, 2**31, 2**53 - 1, 2**53 + 1, 2**63 - 1, 2**63, 2**63 + 1, 2**64 + 1, 10**20 - 1, 10**63 + 7)
_ODD: Final = ("9007199254740993", "9223372036854775808", "-9223372036854775809", "1.5", "-0", "0.1e-30", "1E+300")
NUMBERS: Final = (
    *(
        _read(f"the number {number}", redeemed(f'"usedQuantity":{number}'), processed=(f"usedQuantity {number}",))
        for number in _WHOLE
    ),
    *(
        _read(f"the number {number} elsewhere", redeemed(f'"LHOrderId":{number},"x":{number},{USED}'))
        for number in _ODD
    ),
    _read(
        "a larger number beyond 2^53, then a smaller one that a double cannot tell from it",
        redeemed(f'"usedQuantity":{2**53 + 1}'),
        redeemed(f'"usedQuantity":{2**53}'),
        processed=(f"usedQuantity {2**53 + 1}",) * 2,
    ),
    _read(
        "a smaller number beyond 2^63, then a larger one that has a digit more",
        *(redeemed(f'"usedQuantity":{number}') for number in (10**19 - 1, 10**19, 10**19 - 1)),
        processed=tuple(f"usedQuantity {largest}" for largest in (10**19 - 1, 10**19, 10**19)),
    ),
    _read(
        "a negative total",
        '{"method":"reNotify","body":{"orderId":"ORDER","reQuantity":-9223372036854775809}}',
        processed=("reQuantity 0",),
    ),
)
TEXTS: Final = (
    _read("an escaped method", redeemed(USED).replace('"method"', r'"\u006dethod"')),
    _read("an escaped body", redeemed(USED).replace('"body"', r'"b\u006fd\u0079"')),
    _read("escaped names of fields", redeemed(r'"used\u0051uantity":1').replace('"orderId"', r'"\u006FrderId"')),
    _read("an escaped value", redeemed(USED).replace("snNotify", r"sn\u004eotify")),
    _read(
        "an order number with all escapes",
        redeemed(USED).replace("ORDER", r"ORDER\"\\\/\u0041"),
        processed=('"\\/A usedQuantity 1',),
    ),
    _read("other texts with all escapes", redeemed(rf'"a\"b":"\"\\\/\b\f\n\r\t\u0000\ud83d\ude00","c":"\\",{USED}')),
    _read("a text that looks like JSON", redeemed(rf'"describe":"\"usedQuantity\":50,{{[:","x":"\\\"",{USED}')),
    _read("a text with digits and a long number", redeemed(rf'"a":"12345678901234567890","b":"x 9 \" 9",{USED}')),
    _read("Chinese, an emoji and U+2028", redeemed(f'"describe":"執行成功 😀 \u2028",{USED}')),
    _read("a text of 60,000 characters", redeemed(f'"a":"{"x" * 60_000}",{USED}')),
    _read("a text of 9,000 escapes", redeemed('"a":"' + r"\u0041" * 9_000 + f'",{USED}')),
    _read("white space", "\r\n\t " + redeemed(USED).replace(":", " :\t").replace(",", "\r\n, ") + " \n"),
)
DUPLICATE_NAMES: Final = (  # Herald accepts none; of two the last one counts, as in most parsers
    _read("a quantity twice", redeemed(f'"usedQuantity":50,{USED}')),
    _read("a method twice", redeemed(USED, before='"method":"testNotify",')),
    _read("a body twice", redeemed(USED, before='"body":{"orderId":"x","usedQuantity":9},')),
)
REFUNDS: Final = (
    _read("a refund", '{"method":"reNotify","body":{"orderId":"ORDER","reQuantity":2}}', processed=("reQuantity 2",)),
    _read("a refund without a total", '{"method":"reNotify","body":{"orderId":"ORDER"}}', processed=("reQuantity 0",)),
    _read("a null", '{"method":"reNotify","body":{"orderId":"ORDER","reQuantity":null}}', processed=("reQuantity 0",)),
    _read("a test", '{"method":"testNotify","body":{}}', processed=()),
    _read("a test that looks like an order", redeemed(USED).replace("snNotify", "testNotify"), processed=()),
    _read(
        "overtaking",
        *(redeemed(f'"usedQuantity":{quantity}') for quantity in (2, 1, 10, 9, 3)),
        processed=tuple(f"usedQuantity {largest}" for largest in (2, 2, 10, 10, 10)),
    ),
)
UNREADABLE: Final = (
    _unreadable("nothing", b""),
    _unreadable("white space only", " \r\n"),
    _unreadable("a word", "success"),
    _unreadable("a form", "method=snNotify&orderId=ORDER&usedQuantity=1"),
    _unreadable("XML", "<method>snNotify</method>"),
    _unreadable("bytes that are not UTF-8", b"\xff\xfe\x00"),
    _unreadable("half of an object", redeemed(USED)[:-1]),
    _unreadable("an object and more", redeemed(USED) + "}"),
    _unreadable("two objects", redeemed(USED) * 2),
    _unreadable("a comma too many", redeemed(USED + ",")),
    _unreadable("a comma too few", redeemed(f'"x":1 {USED}')),
    _unreadable("a comma at the end of a list", redeemed(f'"x":[1,],{USED}')),
    _unreadable("a name without quotation marks", redeemed("usedQuantity:1")),
    _unreadable("apostrophes", redeemed(USED).replace('"', "'")),
    _unreadable("a zero in front", redeemed('"usedQuantity":01')),
    _unreadable("a plus in front", redeemed('"usedQuantity":+1')),
    _unreadable("a number without an end", redeemed('"usedQuantity":1.')),
    _unreadable("a line end in a text", redeemed(f'"x":"a\nb",{USED}')),
    _unreadable("an unknown escape", redeemed(rf'"x":"\x41",{USED}')),
    _unreadable("a quantity that is not whole", redeemed('"usedQuantity":1.5')),
    _unreadable("a quantity that is a word", redeemed('"usedQuantity":"one"')),
    _unreadable("a quantity that is true", redeemed('"usedQuantity":true')),
    _unreadable("a quantity that is an object", redeemed('"usedQuantity":{"usedQuantity":1}')),
    _unreadable("a quantity that is a list", redeemed('"usedQuantity":[1]')),
    *(_unreadable(f"only {value}", value) for value in ("null", "true", "5", '"snNotify"', "[]", "{}")),
    _unreadable("a list around it", f"[{redeemed(USED)}]"),
    _unreadable("no method", redeemed(USED).replace('"method"', '"mode"')),
    *(
        _unreadable(f"the method {value}", redeemed(USED).replace('"snNotify"', value))
        for value in ('"other"', '""', '"constructor"', "null", "5", '["snNotify"]', '{"snNotify":1}')
    ),
    *(
        _unreadable(f"the body {value}", f'{{"method":"snNotify","body":{value}}}')
        for value in ("null", "5", '"orderId"', "[]", '[{"orderId":"ORDER","usedQuantity":1}]', "{}")
    ),
    _unreadable("no body", '{"method":"snNotify"}'),
    _unreadable("no order number", '{"method":"snNotify","body":{"usedQuantity":1}}'),
    _unreadable(
        "an order number that is a list", '{"method":"snNotify","body":{"orderId":["ORDER"],"usedQuantity":1}}'
    ),
)
CASES: Final = (*NESTED, *NUMBERS, *TEXTS, *DUPLICATE_NAMES, *REFUNDS, *UNREADABLE)
