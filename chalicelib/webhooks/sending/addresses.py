"""Check webhook URLs and addresses: only public HTTPS endpoints are allowed.

A webhook's owner must not reach internal services through our functions (SSRF). So a URL is
normalized to a form that every parser reads the same way, and the address is checked after the host
is resolved: when the webhook is created or changed, in a test call and in every attempt.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

MAX_URL_LENGTH = 2000
_DEFAULT_PORTS = {"https": 443, "http": 80}
_LOWEST_PORT = 1024  # below it only the scheme's default, to keep out services such as SMTP or SSH
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<path>.*)")
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")
_PATH = re.compile(r"([A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# In addition to what `ipaddress` says isn't global: forms that embed another address, and addresses
# that count as global but aren't.
_BLOCKED_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; metadata of one cloud
        "168.63.129.16/32",  # another cloud's own service
        "169.254.0.0/16",  # link-local; metadata of most clouds
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")  # all assigned addresses, without mapped and NAT64 forms
_BLOCKED_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo and other protocols
        "2001:db8::/32",
        "2002::/16",  # 6to4
        "3fff::/20",
    )
)


@dataclass(frozen=True)
class InvalidUrlError(Exception):
    """The URL isn't allowed for a webhook; the message says what is."""

    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class Target:
    """The parts of a normalized URL."""

    scheme: str
    host: str  # a name in ASCII, or an address without brackets
    port: int
    path: str  # with the query

    @property
    def address(self) -> Address | None:
        """The host as an address; None if it's a name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """Host and port as in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse_url(text: str, *, allow_loopback: bool) -> Target:
    """Normalize a URL and return its parts; raises InvalidUrlError.

    With `allow_loopback`, plain http and every port are accepted too. `is_allowed` then restricts
    plain http to loopback addresses.
    """
    if len(text) > MAX_URL_LENGTH:
        raise InvalidUrlError(f"URL must have at most {MAX_URL_LENGTH} characters.")
    if re.search(r"[\x00-\x20\x7f\\]", text):
        raise InvalidUrlError("URL must not contain spaces, control characters or backslashes.")
    found = _URL.fullmatch(text)
    if found is None:
        raise InvalidUrlError("Give an absolute URL, such as https://example.com/webhooks.")
    scheme = found["scheme"].lower()
    if scheme != "https" and not (allow_loopback and scheme == "http"):
        raise InvalidUrlError("URL must start with https://.")
    host, port = _read_authority(found["authority"])
    port = _DEFAULT_PORTS[scheme] if port is None else port
    if not allow_loopback and port != 443 and not _LOWEST_PORT <= port <= 65535:
        raise InvalidUrlError(f"Port must be 443 or from {_LOWEST_PORT} to 65535.")
    return Target(scheme, host, port, _read_path(found["path"]))


def is_allowed(address: Address, scheme: str, *, allow_loopback: bool) -> bool:
    """Return whether a webhook may have this address with this scheme."""
    if allow_loopback and _is_plain_loopback(address):
        return True
    return scheme == "https" and is_public(address)


def is_public(address: Address) -> bool:
    """Return whether an address is public and embeds no other address."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _BLOCKED_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    return not any(address in network for network in _BLOCKED_V6)


def _is_plain_loopback(address: Address) -> bool:
    return address in IPv4Network("127.0.0.0/8") or address == IPv6Address("::1")


def _read_authority(authority: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise InvalidUrlError("URL must not contain a user name or password.")
    found = _AUTHORITY.fullmatch(authority)
    if found is None or not found["host"]:
        raise InvalidUrlError("URL must have a valid host and port.")
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port <= 65535:
        raise InvalidUrlError("URL must have a valid host and port.")
    if found["host"].startswith("["):
        return _read_ipv6(found["host"][1:-1]), port
    return _read_host(found["host"]), port


def _read_ipv6(text: str) -> str:
    try:
        return IPv6Address(text).compressed
    except ValueError:
        raise InvalidUrlError("Host is not a valid IPv6 address.") from None


def _read_host(text: str) -> str:
    host = (text if text.isascii() else _to_ascii(text)).lower().removesuffix(".")
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):  # parsers read such a host as an address, in any base
        return _read_ipv4(host)
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidUrlError("Host is not a valid name.")
    return host


def _read_ipv4(host: str) -> str:
    try:
        return str(IPv4Address(host))  # accepts four decimal numbers and nothing else
    except ValueError:
        raise InvalidUrlError("Write an IPv4 address as four decimal numbers.") from None


def _to_ascii(host: str) -> str:
    import idna  # has large tables and few hosts need it

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise InvalidUrlError("Host is not a valid name.") from None


def _read_path(path: str) -> str:
    path = path if path.startswith("/") else f"/{path}"
    if "#" in path:
        raise InvalidUrlError("URL must not contain a fragment.")
    if not _PATH.fullmatch(path):
        raise InvalidUrlError("Percent-encode what is not a plain character in the URL's path.")
    path, mark, query = _ENCODED.sub(_normalize, path).partition("?")
    if {".", ".."} & set(path.split("/")):
        raise InvalidUrlError("URL path must not contain . or .. segments.")
    return path + mark + query if query else path


def _normalize(encoded: re.Match[str]) -> str:
    """Return an encoded character as libraries send it: decoded where it needs no encoding."""
    character = chr(int(encoded[0][1:], 16))
    return character if _UNRESERVED.fullmatch(character) else encoded[0].upper()
