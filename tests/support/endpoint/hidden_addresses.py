"""Addresses that are not public, of every kind and in every form, with their kinds."""

from typing import Final

HIDDEN: Final = (
    ("0.0.0.0", "unspecified"),  # noqa: S104 - no socket is bound to it
    ("0.1.2.3", "unspecified"),
    ("10.0.0.0", "private"),
    ("10.255.255.255", "private"),
    ("100.64.0.1", "shared"),
    ("100.127.255.255", "shared"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("169.254.169.254", "link-local"),  # instance metadata
    ("169.254.170.2", "link-local"),  # container credentials
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.1", "reserved"),
    ("192.0.0.170", "reserved"),
    ("192.0.2.1", "documentation"),
    ("192.88.99.1", "reserved"),
    ("192.168.1.1", "private"),
    ("198.18.0.1", "reserved"),
    ("198.19.255.255", "reserved"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.7", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.255", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::2", "reserved"),
    ("::127.0.0.1", "reserved"),  # IPv4-compatible
    ("::8.8.8.8", "reserved"),
    ("::ffff:127.0.0.1", "loopback"),  # mapped
    ("::ffff:10.0.0.1", "private"),
    ("::ffff:169.254.169.254", "link-local"),
    ("::ffff:0:8.8.8.8", "reserved"),  # translated, RFC 2765
    ("64:ff9b::10.0.0.1", "private"),  # NAT64
    ("64:ff9b::127.0.0.1", "loopback"),
    ("64:ff9b::a9fe:a9fe", "link-local"),
    ("64:ff9b:1::8.8.8.8", "private"),
    ("64:ff9b:0:0:1::", "reserved"),
    ("100::1", "reserved"),  # discarded
    ("2001::1", "reserved"),  # Teredo
    ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "reserved"),
    ("2001:2::1", "reserved"),
    ("2001:10::1", "reserved"),
    ("2001:20::1", "reserved"),
    ("2001:db8::1", "documentation"),
    ("2002:7f00:1::", "reserved"),  # 6to4
    ("2002:808:808::1", "reserved"),
    ("2606:4700::5efe:10.0.0.1", "private"),  # ISATAP
    ("2606:4700::200:5efe:a9fe:a9fe", "link-local"),
    ("3fff::1", "documentation"),
    ("4000::1", "reserved"),
    ("5f00::1", "reserved"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "private"),  # instance metadata over v6
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "link-local"),
    ("2606:4700::1%eth0", "link-local"),
    ("fec0::1", "private"),
    ("ff02::1", "multicast"),
    ("ff0e::1", "multicast"),
)
