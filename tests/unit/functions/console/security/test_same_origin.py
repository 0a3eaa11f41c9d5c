"""Whether a request comes from a page of the console."""

import pytest

from console.security.same_origin import is_same_origin


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site", "origin": "https://a.example", "host": "a.example"}, False),
        ({"origin": "https://a.example", "host": "a.example"}, True),
        ({"origin": "http://a.localhost:4566", "host": "a.localhost:4566"}, True),
        ({"origin": "https://b.example", "host": "a.example"}, False),
        ({"origin": "null", "host": "a.example"}, False),
        ({"origin": "", "host": ""}, False),
        ({"origin": "https://[", "host": "a.example"}, False),
        ({}, False),
    ],
)
def test_only_a_page_of_the_same_host_may_send_a_form(headers: dict[str, str], is_own: bool) -> None:  # noqa: FBT001 - a case
    assert is_same_origin(headers) is is_own
