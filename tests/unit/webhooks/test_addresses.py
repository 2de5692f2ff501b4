"""Addresses that may, and that may not, receive a webhook."""

from ipaddress import ip_address

import pytest

from services.webhooks.addresses import DENIED, METADATA, is_allowed
from tests.unit.webhooks.hostile import INNER_IPV4, INNER_IPV6, OUTER, PRIVATE, disguises

NEVER = [*INNER_IPV6, *INNER_IPV4, *(form for address in INNER_IPV4 for form in disguises(address))]


@pytest.mark.parametrize("address", NEVER)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_allowed(ip_address(address), allow_private=False)


@pytest.mark.parametrize("address", OUTER)
def test_a_public_address_is_allowed_also_beside_a_range_that_is_not(address: str) -> None:
    assert is_allowed(ip_address(address), allow_private=False)
    assert is_allowed(ip_address(address), allow_private=True)


def test_a_public_ipv4_address_in_disguise_is_refused_all_the_same() -> None:
    forms = [form for address in ("8.8.8.8", "1.1.1.1") for form in disguises(address)]
    assert not [form for form in forms if is_allowed(ip_address(form), allow_private=True)]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_needs_to_be_allowed(address: str) -> None:
    assert is_allowed(ip_address(address), allow_private=True)
    assert not is_allowed(ip_address(address), allow_private=False)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "fd20:ce::254",
        "168.63.129.16",
        "100.100.100.200",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
    ],
)
def test_allowing_private_addresses_opens_neither_metadata_nor_disguises(address: str) -> None:
    assert not is_allowed(ip_address(address), allow_private=True)


def test_both_ends_of_every_denied_range_are_refused() -> None:
    ends = [end for network in (*DENIED, *METADATA) for end in (network[0], network[-1])]
    assert not [end for end in ends if is_allowed(end, allow_private=False)]
