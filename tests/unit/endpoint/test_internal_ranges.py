"""The ranges of InternalCidrs: only their addresses become reachable, and only for internal endpoints."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from herald.endpoint.endpoint_policy import Endpoint, EndpointRefused, check_address, check_ranges, check_url
from herald.endpoint.internal_ranges import MAX_RANGES, NEVER, NO_RANGES, WIDEST, InternalRanges, MalformedRanges
from herald.endpoint.special_addresses import is_public
from tests.support.endpoint.hidden_addresses import HIDDEN

type Address = IPv4Address | IPv6Address

TEN_ONE = InternalRanges.parse("10.1.0.0/16")
# Of 10.1.0.0/16, in every form that leads to it, and its neighbours.
INSIDE = ("10.1.0.0", "10.1.2.3", "10.1.255.255", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3")
OUTSIDE = (
    *("10.0.255.255", "10.2.0.0", "::ffff:10.2.0.0", "64:ff9b::10.0.255.255", "::ffff:10.1.2.3%eth0"),
    *("::10.1.2.3", "::ffff:0:10.1.2.3", "64:ff9b:1::10.1.2.3", "2002:a01:203::1"),
    *("2001:0:4136:e378:8000:63bf:f5fe:fdfc", "2606:4700::5efe:10.1.2.3", "fe80::5efe:10.1.2.3"),
)
HIDDEN_OUTSIDE = (*(text for text, _ in HIDDEN), *OUTSIDE)


def is_reachable(address: Address, ranges: InternalRanges | None) -> bool:
    try:
        check_address(address, ranges=ranges)
    except EndpointRefused:
        return False
    return True


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize("text", [*INSIDE, *HIDDEN_OUTSIDE])
def test_a_hidden_address_is_reachable_in_a_range_by_an_internal_endpoint_only(text: str, *, internal: bool) -> None:
    assert is_reachable(ip_address(text), TEN_ONE if internal else None) is (internal and text in INSIDE)


@pytest.mark.parametrize("text", HIDDEN_OUTSIDE)
def test_the_reason_says_that_an_address_is_in_no_range(text: str) -> None:
    with pytest.raises(EndpointRefused, match=r"^the address .* is in none of the ranges of InternalCidrs$"):
        check_address(ip_address(text), ranges=TEN_ONE)
    with pytest.raises(
        EndpointRefused, match=r"^the name shop\.internal leads where Herald does not connect: the addr"
    ):
        check_address(ip_address(text), of_name="shop.internal", ranges=TEN_ONE)
    check_address(ip_address(text), ranges=TEN_ONE, allow_private=True)


@pytest.mark.parametrize("text", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_not_reachable_by_an_internal_endpoint(text: str) -> None:
    assert is_reachable(ip_address(text), None)
    assert not is_reachable(ip_address(text), TEN_ONE)


# ── Any address, any ranges ──


def forms_of(inner: IPv4Address) -> dict[str, IPv6Address]:
    """The IPv6 addresses that have this IPv4 address in them."""
    number = int(inner)
    return {
        "mapped": IPv6Address((0xFFFF << 32) | number),
        "NAT64": IPv6Address((0x64FF9B << 96) | number),
        "ISATAP": IPv6Address((0x2606_4700 << 96) | (0x5EFE << 32) | number),
        "compatible": IPv6Address(number),
        "6to4": IPv6Address((0x2002 << 112) | (number << 80)),
        "Teredo": IPv6Address((0x20010000 << 96) | (number ^ 0xFFFF_FFFF)),
    }


def networks(version: Literal[4, 6]) -> st.SearchStrategy[IPv4Network | IPv6Network]:
    bits = 32 if version == 4 else 128
    prefixes = st.integers(WIDEST[version], bits)
    return st.builds(
        lambda of, length: ip_network(f"{of}/{length}", strict=False), st.ip_addresses(v=version), prefixes
    )


@st.composite
def ranges_and_addresses(draw: st.DrawFn) -> tuple[InternalRanges, Address]:
    """Ranges that InternalCidrs may have, and an address: any at all, or one in or at the edge of a range."""
    drawn = draw(st.lists(st.one_of(networks(4), networks(6)), min_size=1, max_size=MAX_RANGES))
    allowed = [one for one in drawn if not any(one.version == n.version and one.overlaps(n) for n, _ in NEVER)]
    assume(allowed)
    ranges = InternalRanges.parse(",".join(map(str, allowed)))
    of = draw(st.sampled_from(allowed))
    last = 2**of.max_prefixlen - 1
    near = {0, -1, of.num_addresses - 1, of.num_addresses, draw(st.integers(0, of.num_addresses - 1))}
    edges = [type(of.network_address)(n) for step in near if 0 <= (n := int(of.network_address) + step) <= last]
    return ranges, draw(st.one_of(st.ip_addresses(), st.sampled_from(edges)))


@given(ranges_and_addresses())
def test_an_internal_endpoint_reaches_the_addresses_of_the_ranges_and_no_other(
    drawn: tuple[InternalRanges, Address],
) -> None:
    ranges, address = drawn
    assume(not isinstance(address, IPv6Address) or int(address) >> 32 & 0xFDFF_FFFF != 0x5EFE)
    assume(not isinstance(address, IPv6Address) or int(address) >> 32 not in {0xFFFF, 0x64FF9B << 64})
    assert is_reachable(address, ranges) is any(address in network for network in ranges.networks)
    assert is_reachable(address, None) is is_public(address)


@given(ranges_and_addresses())
def test_an_internal_endpoint_reaches_a_v4_address_in_v6_as_the_v4_address(
    drawn: tuple[InternalRanges, Address],
) -> None:
    ranges, address = drawn
    assume(isinstance(address, IPv4Address))
    only_v4 = InternalRanges(tuple(one for one in ranges.networks if one.version == 4))
    reached = {name for name, form in forms_of(IPv4Address(int(address))).items() if is_reachable(form, only_v4)}
    assert reached == ({"mapped", "NAT64"} if is_reachable(address, only_v4) else set())


@given(ranges_and_addresses())
def test_no_ranges_reach_loopback_link_local_metadata_or_multicast(drawn: tuple[InternalRanges, Address]) -> None:
    ranges, _ = drawn
    for never, _what in NEVER:
        for address in (never.network_address, never.broadcast_address):
            assert not is_reachable(address, ranges)
    for text in ("127.0.0.1", "169.254.169.254", "169.254.170.2", "::1", "fd00:ec2::254", "fe80::1", "ff02::1"):
        assert not is_reachable(ip_address(text), ranges)


# ── The URL of an internal endpoint ──


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://10.1.2.3/notify", Endpoint("http", "10.1.2.3", 80, "/notify")),
        ("https://10.1.2.3:8443/", Endpoint("https", "10.1.2.3", 8443, "/")),
        ("http://[::ffff:10.1.2.3]/", Endpoint("http", "::ffff:10.1.2.3", 80, "/")),
        ("http://shop.internal/", Endpoint("http", "shop.internal", 80, "/")),
        ("http://shop:8080/", Endpoint("http", "shop", 8080, "/")),
        ("https://shop.example/", Endpoint("https", "shop.example", 443, "/")),
    ],
)
def test_an_internal_url_may_be_http_and_have_a_name_of_ones_own_network(url: str, endpoint: Endpoint) -> None:
    assert check_url(url, ranges=TEN_ONE) == endpoint


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "0x7f.1", "2130706433", "0", "169.254.169.254", "10.2.0.1", "0x0a.2.1", "8.8.8.8"),
        *("[::1]", "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "[2606:4700::1111]", "①②⑦.⓪.⓪.①"),
    ],
)
def test_an_address_outside_of_the_ranges_is_refused_in_any_form(host: str) -> None:
    with pytest.raises(EndpointRefused, match="in none of the ranges"):
        check_url(f"http://{host}/", ranges=TEN_ONE)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://10.1.2.3/", "must begin with https:// or http://$"),
        ("//10.1.2.3/", "must begin with https:// or http://$"),
        ("http://user@10.1.2.3/", "user name or a password"),
        ("http://10.1.2.3/#a", "`#` part"),
        ("http://10.1.2.3/a b", "spaces"),
        ("http://[fe80::1%25eth0]/", "no valid IPv6 host"),
    ],
)
def test_the_other_rules_of_a_url_hold_for_an_internal_one(url: str, reason: str) -> None:
    with pytest.raises(EndpointRefused, match=reason):
        check_url(url, ranges=TEN_ONE)


def test_without_ranges_no_url_is_an_internal_one() -> None:
    for url in ("http://10.1.2.3/", "https://shop.example/"):
        with pytest.raises(EndpointRefused, match="the parameter InternalCidrs is empty"):
            check_url(url, ranges=NO_RANGES)
        check_url(url, ranges=NO_RANGES, allow_private=True)
    with pytest.raises(EndpointRefused, match="the parameter InternalCidrs is empty"):
        check_ranges(NO_RANGES)
    check_ranges(TEN_ONE)


@pytest.mark.parametrize(
    "url", ["http://10.1.2.3/", "http://shop.example/", "https://10.1.2.3/", "https://shop.internal/"]
)
def test_what_an_internal_url_may_be_no_other_one_may(url: str) -> None:
    check_url(url, ranges=TEN_ONE)
    with pytest.raises(EndpointRefused):
        check_url(url)


# ── The value of the parameter ──


def test_the_parameter_is_a_list_of_ranges() -> None:
    parsed = InternalRanges.parse("10.1.0.0/16,fd12:3456::/32,192.168.7.9/32")
    assert [str(network) for network in parsed.networks] == ["10.1.0.0/16", "fd12:3456::/32", "192.168.7.9/32"]
    assert not InternalRanges.parse("")
    assert len(InternalRanges.parse(",".join(f"10.{n}.0.0/16" for n in range(MAX_RANGES))).networks) == MAX_RANGES


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("10.1.0.0", "InternalCidrs: '10.1.0.0' is no range; give it as in 10.1.0.0/16 or fd12:3456::/32"),
        ("10.1/16", "InternalCidrs: '10.1/16' is no range"),
        ("10.1.0.0/33", "InternalCidrs: '10.1.0.0/33' is no range"),
        ("10.01.0.0/16", "InternalCidrs: '10.01.0.0/16' is no range"),
        ("shop.internal/16", "InternalCidrs: 'shop.internal/16' is no range"),
        ("10.1.0.0/16,", "InternalCidrs: '' is no range"),
        ("10.1.0.0/16, 10.2.0.0/16", "InternalCidrs: ' 10.2.0.0/16' is no range"),
        ("fd12::%eth0/32", "InternalCidrs: 'fd12::%eth0/32' is no range"),
        ("10.1.2.3/16", "InternalCidrs: 10.1.2.3/16 is not written as a range; give 10.1.0.0/16"),
        ("10.1.0.0/255.255.0.0", "InternalCidrs: 10.1.0.0/255.255.0.0 is not written as a range; give 10.1.0.0/16"),
        ("FD12:3456:0::/32", "InternalCidrs: FD12:3456:0::/32 is not written as a range; give fd12:3456::/32"),
        ("0.0.0.0/0", "InternalCidrs: 0.0.0.0/0 is too wide; give ranges of /8 and narrower"),
        ("10.0.0.0/7", "InternalCidrs: 10.0.0.0/7 is too wide"),
        ("::/0", "InternalCidrs: ::/0 is too wide; give ranges of /32 and narrower"),
        ("fd00::/8", "InternalCidrs: fd00::/8 is too wide"),
        (
            "127.0.0.1/32",
            "InternalCidrs: 127.0.0.1/32 overlaps 127.0.0.0/8 (loopback addresses); give ranges without it",
        ),
        ("169.0.0.0/8", "169.0.0.0/8 overlaps 169.254.0.0/16 (link-local addresses, metadata services among them)"),
        ("169.254.169.254/32", "overlaps 169.254.0.0/16"),
        ("0.0.0.0/8", "(unspecified addresses)"),
        ("224.0.0.0/24", "(multicast addresses)"),
        ("255.255.255.255/32", "the broadcast address among them"),
        ("::1/128", "unspecified and loopback addresses"),
        ("::ffff:10.1.0.0/112", "give their IPv4 range"),
        ("64:ff9b::a01:0/112", "give their IPv4 range"),
        ("2002:a01::/32", "give their IPv4 range"),
        ("2001::/32", "give their IPv4 range"),
        ("fd00:ec2::254/128", "(metadata services of AWS)"),
        ("fe80::/64", "(link-local addresses)"),
        ("ff02::/64", "(multicast addresses)"),
        (",".join(["10.1.0.0/16"] * 11), "InternalCidrs has 11 ranges: give at most 10"),
    ],
)
def test_a_wrong_value_is_refused_with_the_range_and_the_remedy(text: str, says: str) -> None:
    with pytest.raises(MalformedRanges) as refused:
        InternalRanges.parse(text)
    assert says in str(refused.value)
