"""Which IP addresses are connected to: global ones only, and no form that hides another address."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address

# IANA special-purpose registries, multicast and reserved space, and what cloud hosts answer on.
# Listed although `is_global` knows most of it: its answer has changed between releases of Python.
_DENIED = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12
192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24
198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64
2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20 5f00::/16
fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
# What `allow_private` opens: a receiver in one's own network, never link-local or metadata addresses.
_PRIVATE = "10.0.0.0/8 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7"
_METADATA = "fd00:ec2::/32 fd20:ce::/32"
# The middle of an ISATAP interface identifier, which carries an IPv4 address in its last 32 bits.
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})

Networks = tuple[IPv4Network | IPv6Network, ...]


def _networks(text: str) -> Networks:
    return tuple(ip_network(network) for network in text.split())


DENIED = _networks(_DENIED)
PRIVATE = _networks(_PRIVATE)
METADATA = _networks(_METADATA)


def is_allowed(address: Address, *, allow_private: bool) -> bool:
    """Whether `address` may be connected to for a caller."""
    if _carries_isatap(address) or _within(address, METADATA):
        return False
    if allow_private and _within(address, PRIVATE):
        return True
    return address.is_global and not _within(address, DENIED)


def _within(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)


def _carries_isatap(address: Address) -> bool:
    return address.version == 6 and (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP  # noqa: PLR2004 - IPv6
