"""The endpoints that Herald may connect to."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from herald.endpoint.endpoint_policy import Endpoint, EndpointRefused, check_address, check_url
from herald.endpoint.special_addresses import is_public, special_kind
from tests.support.endpoint.hidden_addresses import HIDDEN

NAT64 = IPv6Network("64:ff9b::/96")


@pytest.mark.parametrize(
    ("text", "kind"),
    HIDDEN,
)
def test_a_special_address_is_not_public(text: str, kind: str) -> None:
    assert special_kind(ip_address(text)) == kind
    assert not is_public(ip_address(text))
    with pytest.raises(EndpointRefused, match=f"^the address .* is not a public one, but an? {kind} one$"):
        check_address(ip_address(text))
    check_address(ip_address(text), allow_private=True)


@pytest.mark.parametrize(
    "text",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
        *(
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
        ),
        *("192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255"),
        *("2001:200::1", "2001:4860:4860::8888", "2400:cb00::1", "2606:4700::1111", "2a00:1450::1", "3ffe::1"),
        *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2606:4700::5efe:8.8.8.8", "2606:4700::5eff:10.0.0.1"),
    ],
)
def test_an_ordinary_address_is_public(text: str) -> None:
    assert is_public(ip_address(text))
    check_address(ip_address(text))


@given(st.ip_addresses())
def test_special_address_of_python_is_not_public(address: IPv4Address | IPv6Address) -> None:
    special = address.is_private or address.is_multicast or address.is_reserved or address.is_link_local
    assume(special or address.is_loopback or address.is_unspecified)
    assume(
        getattr(address, "ipv4_mapped", None) is None
    )  # Python 3.13 judges these by their v4 address, as Herald does
    assume(address not in NAT64)
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_v4_inside_v6_is_public_only_if_v4_is(inner: IPv4Address) -> None:
    number = int(inner)
    carriers = {
        "ISATAP": IPv6Address((0x2606_4700 << 96) | (0x5EFE << 32) | number),
        "mapped": IPv6Address((0xFFFF << 32) | number),
        "NAT64": IPv6Address((0x64FF9B << 96) | number),
        "compatible": IPv6Address(number),
        "6to4": IPv6Address((0x2002 << 112) | (number << 80)),
        "Teredo": IPv6Address((0x20010000 << 96) | (number ^ 0xFFFF_FFFF)),
    }
    public = {name for name, address in carriers.items() if is_public(address)}
    assert public == ({"mapped", "NAT64", "ISATAP"} if is_public(inner) else set())


@given(st.ip_addresses(v=6))
def test_other_v6_is_public_only_with_public_v4(address: IPv6Address) -> None:
    assume(address.ipv4_mapped is None and address not in NAT64)
    assert int(address) >> 125 == 1 or not is_public(address)


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://p.example", Endpoint("https", "p.example", 443, "/")),
        ("https://p.example/notify", Endpoint("https", "p.example", 443, "/notify")),
        ("HTTPS://P.Example:443/Notify", Endpoint("https", "p.example", 443, "/Notify")),
        ("https://p.example.:8443/", Endpoint("https", "p.example", 8443, "/")),
        ("https://p.example:/", Endpoint("https", "p.example", 443, "/")),
        ("https://p.example?a=b", Endpoint("https", "p.example", 443, "/?a=b")),
        ("https://p.example//a/../b;c?d=%20+e&&f?", Endpoint("https", "p.example", 443, "//a/../b;c?d=%20+e&&f?")),
        ("https://p.example/%2F%7e%zz", Endpoint("https", "p.example", 443, "/%2F%7e%zz")),
        ("https://p.example/通知?名=é", Endpoint("https", "p.example", 443, "/%E9%80%9A%E7%9F%A5?%E5%90%8D=%C3%A9")),
        ("https://例え.jp/", Endpoint("https", "xn--r8jz45g.jp", 443, "/")),
        ("https://faß.de/", Endpoint("https", "xn--fa-hia.de", 443, "/")),
        ("https://a_b.p.example/", Endpoint("https", "a_b.p.example", 443, "/")),
        ("https://p.example/@x:y", Endpoint("https", "p.example", 443, "/@x:y")),
        ("https://8.8.8.8/", Endpoint("https", "8.8.8.8", 443, "/")),
        ("https://[2606:4700:0:0::1111]:8443/", Endpoint("https", "2606:4700::1111", 8443, "/")),
        ("https://p.example/" + "x" * 1_982, Endpoint("https", "p.example", 443, "/" + "x" * 1_982)),
        ("https://1.1.1.1.example/", Endpoint("https", "1.1.1.1.example", 443, "/")),
    ],
)
def test_a_public_https_address_is_taken_apart(url: str, endpoint: Endpoint) -> None:
    assert check_url(url) == endpoint
    assert check_url(url, allow_private=True) == endpoint


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "cannot be read"),
        ("p.example", "cannot be read"),
        ("//p.example", "must begin with https://"),
        ("ftp://p.example/", "must begin with https://"),
        ("file:///etc/passwd", "cannot be read"),
        ("https:p.example", "cannot be read"),
        ("https:///notify", "cannot be read"),
        ("https://:443/", "cannot be read"),
        ("https://./", "has no valid host name"),
        ("https://p.example:0/", "cannot be read"),
        ("https://p.example:65536/", "cannot be read"),
        ("https://p.example:-1/", "cannot be read"),
        ("https://p.example:80:80/", "cannot be read"),
        ("https://p.example:\N{FULLWIDTH DIGIT FOUR}/", "cannot be read"),
        ("https://p.example:https/", "cannot be read"),
        ("https://user@p.example/", "user name or a password"),
        ("https://user:secret@p.example/", "user name or a password"),
        ("https://@p.example/", "user name or a password"),
        ("https://8.8.8.8@127.0.0.1/", "user name or a password"),
        ("https://p.example/#part", "`#` part"),
        ("https://p.example/#", "`#` part"),
        ("https://p.example#@127.0.0.1/", "`#` part"),
        (" https://p.example/", "spaces, line ends or backslashes"),
        ("https://p.example/a b", "spaces, line ends or backslashes"),
        ("https://p.example/\r\nX: y", "spaces, line ends or backslashes"),
        ("https://p.ex\tample/", "spaces, line ends or backslashes"),
        ("https://p.example\\@127.0.0.1/", "spaces, line ends or backslashes"),
        ("https://p.example/\0", "spaces, line ends or backslashes"),
        ("https://p.example/\u200b", "spaces, line ends or backslashes"),
        ("https://p.example/\ud800", "spaces, line ends or backslashes"),
        ("https://p.example/" + "x" * 1_983, "at most 2000 bytes"),
        ("https://p.example/" + "通" * 661, "at most 2000 bytes"),
        ("https://p..example/", "has no valid host name"),
        ("https://.p.example/", "has no valid host name"),
        ("https://" + "x" * 64 + ".example/", "has no valid host name"),
        ("https://" + "x." * 127 + "example/", "has no valid host name"),
        ("https://p%2eexample/", "has no valid host name"),
        ("https://p!.example/", "has no valid host name"),
        ("https://*.example/", "has no valid host name"),
        ("https://\u0661.example\u2024/", "cannot be read|has no valid host name"),
        ("https://[::1/", "cannot be read"),
        ("https://[::1]x/", "cannot be read"),
        ("https://[v1.x]/", "has no valid IPv6 host"),
        ("https://[p.example]/", "cannot be read"),
        ("https://[fe80::1%25eth0]/", "has no valid IPv6 host"),
        ("https://[2606:4700::1%eth0]/", "has no valid IPv6 host"),
    ],
)
@pytest.mark.parametrize("allow_private", [False, True])
def test_an_address_that_is_none_is_refused_everywhere(url: str, reason: str, *, allow_private: bool) -> None:
    with pytest.raises(EndpointRefused, match=reason):
        check_url(url, allow_private=allow_private)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("10.0.0.7", "private"),
        ("[::1]", "loopback"),
        ("[::ffff:10.0.0.1]", "private"),
        ("[::ffff:7f00:1]", "loopback"),
        ("[fd00:ec2::254]", "private"),
        ("169.254.169.254", "link-local"),
        ("169.254.169.254.", "link-local"),
        ("127.1", "loopback"),
        ("0x7f.1", "loopback"),
        ("0x7f000001", "loopback"),
        ("2130706433", "loopback"),
        ("017700000001", "loopback"),
        ("0177.0.0.1", "loopback"),
        ("0", "unspecified"),
        ("192.168.257", "private"),
        ("①②⑦.⓪.⓪.①", "loopback"),
        ("127。0。0。1", "loopback"),
        ("\N{FULLWIDTH DIGIT ONE}27.1", "loopback"),
    ],
)
def test_private_literal_is_refused_in_any_form(host: str, kind: str) -> None:
    with pytest.raises(EndpointRefused, match=f"{kind} one"):
        check_url(f"https://{host}/")
    check_url(f"https://{host}/", allow_private=True)


SINGLE, NUMBER, HYPHEN = "has a single part", "ends in a number", "begin or end with a hyphen"
TOP_LEVEL, ONE_NETWORK = "there can be no top-level domain", "for names inside one network"


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("localhost", "means the machine itself"),
        ("LOCALHOST.", "means the machine itself"),
        ("partner.localhost", "means the machine itself"),
        ("\N{FULLWIDTH LATIN SMALL LETTER L}ocalhost", "means the machine itself"),
        ("localhost.localdomain", ONE_NETWORK),
        ("printer.local", ONE_NETWORK),
        ("printer.local.", ONE_NETWORK),
        ("local", ONE_NETWORK),
        ("api.shop.internal", ONE_NETWORK),
        ("metadata.google.internal", ONE_NETWORK),
        ("nas.home.arpa", ONE_NETWORK),
        ("home.arpa", ONE_NETWORK),
        *((f"a.{zone}", ONE_NETWORK) for zone in ("lan", "home", "corp", "intranet", "private", "mail")),
        ("shop.test", "for tests only"),
        ("shop.invalid", "never valid"),
        ("shop.onion", "through Tor only"),
        ("shop.alt", "outside of the DNS"),
        ("ipv4only.arpa", "for the network's own use"),
        ("x.resolver.arpa", "for the network's own use"),
        ("-", SINGLE),
        ("partner", SINGLE),
        ("com", SINGLE),
        ("xn--r8jz45g", SINGLE),
        ("a_b", SINGLE),
        ("-a.shop.com", HYPHEN),
        ("a.-shop.com", HYPHEN),
        ("shop-.com", HYPHEN),
        ("-.com", HYPHEN),
        ("shop.com-", HYPHEN),
        ("shop.c", TOP_LEVEL),
        ("shop.c0m", TOP_LEVEL),
        ("shop.a_b", TOP_LEVEL),
        ("shop._", TOP_LEVEL),
        ("256.1.1.1", NUMBER),
        ("1.1.1.256", NUMBER),
        ("999.999.999.999", NUMBER),
        ("1.2.3", NUMBER),
        ("8.8", NUMBER),
        ("134744072", NUMBER),
        ("4294967296", NUMBER),
        ("1.2.3.4.5", NUMBER),
        ("0x8.8", NUMBER),
        ("0x08080808", NUMBER),
        ("8.8.8.0x8", NUMBER),
        ("8.8.8.0x", NUMBER),
        ("010.8.8.8", NUMBER),
        ("08.8.8.8", NUMBER),
        ("8.8.8.08", NUMBER),
        ("shop.com.1", NUMBER),
        ("shop.0x7f", NUMBER),
        ("shop.99999999999", NUMBER),
        ("①.②.③", NUMBER),
    ],
)
def test_host_outside_public_dns_is_refused(host: str, reason: str) -> None:
    with pytest.raises(EndpointRefused, match=f"^the address cannot be used: its host `.*` .*{reason}"):
        check_url(f"https://{host}/notify")


@pytest.mark.parametrize("host", ["localhost", "engine", "a_b", "host.docker.internal", "printer.local", "8.8"])
def test_names_of_ones_own_network_are_for_local_use(host: str) -> None:
    assert check_url(f"http://{host}:8080/", allow_private=True).host == host


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "shop.example", "local.example.com", "localhost.example.com", "internal.shop.com"),
        *("test.com", "mylocal.com", "notlocalhost.com", "home.arpanet.org", "invalid.org", "lan.tw", "a.co"),
        *("1.2.3.com", "256.1.1.1.com", "0x7f.com", "1and1.com", "163.com", "a--b.com", "r3---sn-x.shop.com"),
        *("a-.shop.com", "x.-b.shop.com", "a-b.shop.com"),
        *("a_b.shop.com", "_x.shop.com", "xn--r8jz45g.jp", "例え.テスト", "公司.香港", "xn--p1ai.xn--p1ai", "8.8.8.8."),
    ],
)
def test_similar_public_host_is_allowed(host: str) -> None:
    assert check_url(f"https://{host}/notify").port == 443


def test_http_and_private_need_local_use() -> None:
    with pytest.raises(EndpointRefused, match="https://"):
        check_url("http://8.8.8.8/")
    assert check_url("http://127.0.0.1/a", allow_private=True) == Endpoint("http", "127.0.0.1", 80, "/a")


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://p.example/", "p.example"),
        ("https://p.example:443/", "p.example"),
        ("https://p.example:80/", "p.example:80"),
        ("https://p.example.:8443/", "p.example:8443"),
        ("https://[2606:4700::1]/", "[2606:4700::1]"),
        ("https://[2606:4700::1]:8443/", "[2606:4700::1]:8443"),
    ],
)
def test_host_header_is_the_registered_name(url: str, authority: str) -> None:
    assert check_url(url).authority == authority


def test_checked_address_replaces_the_name_in_the_url() -> None:
    endpoint = check_url("https://p.example:8443/a?b")
    assert endpoint.at(ip_address("8.8.8.8")) == "https://8.8.8.8:8443/a?b"
    assert endpoint.at(ip_address("2606:4700::1")) == "https://[2606:4700::1]:8443/a?b"


@given(st.text(max_size=60), st.sampled_from(["", "https://", "https://p.example", "https://[", "https://127.0.0.1"]))
def test_any_text_is_an_endpoint_or_refused(text: str, start: str) -> None:
    try:
        endpoint = check_url(start + text)
    except EndpointRefused as refusal:
        assert str(refusal).startswith("the address ")  # noqa: PT017 - most texts are refused; a refusal is one of the two outcomes
        return
    assert endpoint.scheme == "https"
    assert endpoint.host == endpoint.host.lower()
    assert endpoint.host.isascii()
    assert 0 < endpoint.port < 65_536
    assert endpoint.target.startswith("/")
    assert all("!" <= character <= "~" for character in endpoint.target)
    assert check_url(f"https://{endpoint.authority}{endpoint.target}") == endpoint
