"""Which URLs are connected to: a strict reading of the URL, then of every address its host has."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, ip_address

from models.errors import TargetRefused
from services.webhooks.addresses import Address, is_allowed
from services.webhooks.own import NOWHERE, Own

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]

LONGEST_URL = 2_048
LONGEST_HOST = 253
LOOKUP_SECONDS = 3.0
OWN = "The URL leads back to this service."
DEFAULT_PORTS = {"https": 443, "http": 80}
_URL = re.compile(r"(?P<scheme>[A-Za-z]+)://(?P<authority>[^/?#]*)(?P<rest>(?:[/?].*)?)")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]+)(?::(?P<port>[1-9][0-9]{0,4}))?")
_REST = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "localdomain", "onion")
# Services that would take an HTTP request for a command; below 1024 only the two web ports are open.
_SERVICE_PORTS = frozenset(
    {1433, 1521, 1883, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 4222, 5432, 5672, 5984, 6000, 6379, 6380}
    | {6443, 8086, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 26379, 27017}
)
_FIRST_UNRESERVED_PORT = 1_024
_LAST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that was read: `host` is a lower-case ASCII name or an IP address without brackets."""

    scheme: str
    host: str
    port: int
    rest: str

    @property
    def url(self) -> str:
        """The normal form, which is what is stored and requested."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        path = self.rest if self.rest.startswith("/") else "/" + self.rest
        return f"{self.scheme}://{host}{port}{path}"


def parse(url: str, *, allow_private: bool, own: Own = NOWHERE) -> Target:
    """Read `url` without asking the network; TargetRefused for what is not plainly a public HTTPS URL."""
    if len(url) > LONGEST_URL:
        raise TargetRefused(f"A URL has at most {LONGEST_URL} characters.")
    parts = _URL.fullmatch(url)
    if parts is None or _REST.fullmatch(parts["rest"]) is None:
        raise TargetRefused("A URL is https://, a host and a percent-encoded path, and no fragment.")
    scheme = parts["scheme"].lower()
    if scheme != "https" and not (allow_private and scheme == "http"):
        raise TargetRefused("A URL begins with https://.")
    authority = _AUTHORITY.fullmatch(parts["authority"])
    if authority is None:
        raise TargetRefused("A URL names one host, with no user and with a port from 1 to 65535.")
    port = int(authority["port"] or DEFAULT_PORTS[scheme])
    _check_port(port)
    host = _host(authority["host"], allow_private=allow_private)
    if own.is_named(host, port):
        raise TargetRefused(OWN)
    return Target(scheme, host, port, parts["rest"])


async def check(url: str, *, allow_private: bool, own: Own = NOWHERE, lookup: Lookup | None = None) -> Target:
    """Read `url` and look its host up: what to do before storing it.

    A name server that does not answer now is no reason to refuse: every send looks again.
    """
    target = parse(url, allow_private=allow_private, own=own)
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            await resolve(target.host, target.port, allow_private=allow_private, own=own, lookup=lookup)
    except TimeoutError:
        return target
    except socket.gaierror as error:
        if error.errno != socket.EAI_AGAIN:
            raise TargetRefused("The host of the URL does not exist.") from None
    return target


async def resolve(
    host: str, port: int, *, allow_private: bool, own: Own = NOWHERE, lookup: Lookup | None = None
) -> tuple[Address, ...]:
    """Ask for the addresses of `host` once; TargetRefused unless every one of them is allowed."""
    literal = _literal(host)
    found = (literal,) if literal else _addresses(await (lookup or system_lookup)(host, port))
    if not found:
        raise TargetRefused("The host of the URL has no address.")
    for address in found:
        _check_address(address, allow_private=allow_private)
        if own.is_reached(address, port):
            raise TargetRefused(OWN)
    return tuple(dict.fromkeys(found))


async def system_lookup(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver, in a thread of the loop's pool."""
    answers = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in answers]


def _host(text: str, *, allow_private: bool) -> str:
    if text.startswith("["):
        return _bracketed(text[1:-1], allow_private=allow_private)
    name = _ascii_name(text)
    labels = name.split(".")
    if len(name) > LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise TargetRefused("The host of the URL is not a host name.")
    if _NUMBER.fullmatch(labels[-1]):
        return _dotted(text, allow_private=allow_private)
    if not allow_private and (len(labels) == 1 or _is_local(name)):
        raise TargetRefused("The host of the URL is a name of the local network.")
    return name


def _ascii_name(text: str) -> str:
    """The lower-case ASCII form; international names by IDNA 2008 after UTS 46 mapping."""
    if not text.isprintable():  # UTS 46 would drop soft hyphens and the like without a word
        raise TargetRefused("The host of the URL has an invisible character.")
    if text.isascii() and "xn--" not in text.lower():
        return text.lower()
    import idna  # noqa: PLC0415 - its tables are large and most hosts are ASCII

    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise TargetRefused("The host of the URL is not a valid international name.") from None


def _dotted(text: str, *, allow_private: bool) -> str:
    """Four plain decimal numbers; every other way to write an IPv4 address is refused."""
    try:
        address = IPv4Address(text)
    except AddressValueError:
        raise TargetRefused("An IPv4 address is written as four decimal numbers.") from None
    _check_address(address, allow_private=allow_private)
    return str(address)


def _bracketed(text: str, *, allow_private: bool) -> str:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        address = None
    if address is None or address.scope_id is not None:
        raise TargetRefused("Only an IPv6 address without a zone stands in brackets.")
    _check_address(address, allow_private=allow_private)
    return str(address)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _addresses(answers: Sequence[str]) -> tuple[Address, ...]:
    try:
        return tuple(ip_address(answer) for answer in answers)
    except ValueError:
        raise TargetRefused("The name server gave something that is not an address.") from None


def _check_address(address: Address, *, allow_private: bool) -> None:
    scoped = isinstance(address, IPv6Address) and address.scope_id is not None
    if scoped or not is_allowed(address, allow_private=allow_private):
        raise TargetRefused("The URL leads to an address that this service does not connect to.")


def _check_port(port: int) -> None:
    reserved = port < _FIRST_UNRESERVED_PORT and port not in DEFAULT_PORTS.values()
    if reserved or port in _SERVICE_PORTS or port > _LAST_PORT:
        raise TargetRefused("The port of the URL is not one for web servers.")


def _is_local(name: str) -> bool:
    return any(name == local or name.endswith("." + local) for local in _LOCAL_NAMES)
