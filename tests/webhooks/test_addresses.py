"""URLs and addresses allowed for webhooks."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.webhooks.sending.addresses import InvalidUrlError, is_allowed, is_public, parse_url

V4 = st.integers(0, 2**32 - 1).map(IPv4Address)

PUBLIC = ["93.184.215.14", "8.8.8.8", "1.1.1.1", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]
REFUSED = {
    "0.0.0.0": "this host",  # noqa: S104  # nothing is bound to it
    "0.1.2.3": "this network",
    "10.0.0.1": "private",
    "100.64.0.1": "shared by carriers",
    "100.100.100.200": "metadata of a cloud",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "a cloud's own",
    "169.254.169.254": "metadata of most clouds",
    "169.254.170.2": "credentials of containers",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.8": "protocols",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4 relay",
    "192.168.0.1": "private",
    "198.18.0.1": "benchmarks",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "233.252.0.1": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::ffff:127.0.0.1": "mapped",
    "::ffff:8.8.8.8": "mapped, though of a public one",
    "::127.0.0.1": "compatible",
    "64:ff9b::a9fe:a9fe": "NAT64 of metadata",
    "64:ff9b::808:808": "NAT64",
    "64:ff9b:1::a00:1": "NAT64 of a local prefix",
    "100::1": "discard",
    "2001::1": "Teredo",
    "2001:0:a9fe:a9fe::": "Teredo",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4 of loopback",
    "2002:a9fe:a9fe::1": "6to4 of metadata",
    "3fff::1": "documentation",
    "5f00::1": "segment routing",
    "fc00::1": "unique local",
    "fd00:ec2::254": "metadata over IPv6",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local with a zone",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
}


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_are_allowed(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize("text", REFUSED)
def test_internal_addresses_are_blocked(text: str) -> None:
    address = ip_address(text)
    assert not is_public(address), REFUSED[text]
    assert not is_allowed(address, "https", allow_loopback=False)


@given(V4)
def test_ipv6_forms_that_embed_an_ipv4_address_are_blocked(inner: IPv4Address) -> None:
    number = int(inner)
    carriers = [
        IPv6Address(number),  # compatible
        IPv6Address(0xFFFF << 32 | number),  # mapped
        IPv6Address(0xFFFF << 48 | number),  # translated
        IPv6Address((0x64FF9B << 96) | number),  # NAT64
        IPv6Address((0x64FF9B0001 << 80) | number),  # NAT64 of a local prefix
        IPv6Address(0x2002 << 112 | number << 80 | 1),  # 6to4
        IPv6Address(0x20010000 << 96 | (number ^ 0xFFFFFFFF)),  # Teredo
    ]
    assert [str(c) for c in carriers if is_public(c)] == []


@given(V4)
def test_addresses_that_python_says_are_not_global_are_never_public(address: IPv4Address) -> None:
    if not address.is_global or address.is_multicast or address.is_link_local:
        assert not is_public(address)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_only_global_unicast_ipv6_is_public(address: IPv6Address) -> None:
    if int(address) >> 125 != 1:
        assert not is_public(address)


def test_loopback_is_allowed_only_if_enabled_and_enables_nothing_else() -> None:
    for text in ("127.0.0.1", "::1"):
        assert is_allowed(ip_address(text), "http", allow_loopback=True)
    for text in REFUSED.keys() - {"127.0.0.1", "127.255.255.254", "::1"}:
        assert not is_allowed(ip_address(text), "https", allow_loopback=True), text
    assert not is_allowed(ip_address("8.8.8.8"), "http", allow_loopback=True)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM:443/a?b=c", "https://example.com/a?b=c"),
        ("https://example.com.:8443/", "https://example.com:8443/"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://[2606:2800:021F::1]/", "https://[2606:2800:21f::1]/"),
        ("https://example.com?x=1", "https://example.com/?x=1"),
        ("https://a_b.example.com/%7Ehook?a=%2f%62", "https://a_b.example.com/~hook?a=%2Fb"),
        ("https://example.com/a//b/...?c=../d", "https://example.com/a//b/...?c=../d"),
    ],
)
def test_urls_are_normalized(text: str, url: str) -> None:
    target = parse_url(text, allow_loopback=False)
    assert target.url == url
    assert parse_url(target.url, allow_loopback=False) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com",
        "//example.com/",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com@127.0.0.1/",
        "https://127.0.0.1\\@example.com/",
        "https://example.com#@127.0.0.1/",
        "https://example.com/a#b",
        "https://example.com:0/",
        "https://example.com:25/",
        "https://example.com:80/",
        "https://example.com:65536/",
        "https://example.com:-1/",
        "https://example.com:443:443/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: inside",
        "https://example.com/\tx",
        "https://example.com/ä",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1.1/",
        "https://\uff11\uff12\uff17.\uff11/",
        "https://[::ffff:127.0.0.1",
        "https://[::1%25lo]/",
        "https://[1.2.3.4]/",
        "https://-a.example/",
        "https://a..example/",
        "https://" + "a" * 64 + ".example/",
        "https://example.com/" + "a" * 2000,
        "https://%31%32%37.0.0.1/",
        "https://example.com/a/../b",
        "https://example.com/a/%2e%2E/b",
        "https://example.com/.",
    ],
)
def test_ambiguous_or_internal_urls_are_rejected(text: str) -> None:
    with pytest.raises(InvalidUrlError):
        parse_url(text, allow_loopback=False)


@given(st.text(max_size=60), st.booleans())
def test_any_string_is_parsed_or_rejected(text: str, allow_loopback: bool) -> None:
    for url in (text, f"https://{text}", f"https://example.com/{text}"):
        try:
            target = parse_url(url, allow_loopback=allow_loopback)
        except InvalidUrlError:
            continue
        assert target.url.isascii()
        assert parse_url(target.url, allow_loopback=allow_loopback) == target


def test_plain_http_and_any_port_are_allowed_on_a_local_stack() -> None:
    assert parse_url("http://127.0.0.1:80/", allow_loopback=True).url == "http://127.0.0.1/"
    assert parse_url("https://localhost:81/", allow_loopback=True).port == 81
