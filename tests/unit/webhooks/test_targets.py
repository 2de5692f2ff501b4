"""The strict reading of webhook URLs, and the look-up of their hosts."""

import socket
from collections.abc import Awaitable, Callable, Sequence

import pytest

from models.errors import TargetRefused
from services.webhooks import targets
from tests.unit.webhooks.hostile import HOSTS_OF_LOOPBACK, INNER_IPV4, INNER_IPV6, WHOLE_URLS

PUBLIC = "93.184.216.34"


def answering(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    async def lookup(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return lookup


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://example.com", "https://example.com/"),
        ("HTTPS://Example.COM:443/Hook?a=b%20c&d", "https://example.com/Hook?a=b%20c&d"),
        ("https://example.com:8443/", "https://example.com:8443/"),
        ("https://example.com?a=https://b/@c:d", "https://example.com/?a=https://b/@c:d"),
        ("https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("https://[2606:4700:4700:0:0::1111]/x", "https://[2606:4700:4700::1111]/x"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"),
        ("https://ｅｘａｍｐｌｅ.com/", "https://example.com/"),
        ("https://1.example.com/", "https://1.example.com/"),
        ("https://0x7f.example.com/", "https://0x7f.example.com/"),
        ("https://example.com/a;b=c,d/~e/(f)!*'$", "https://example.com/a;b=c,d/~e/(f)!*'$"),
    ],
)
def test_a_plain_https_url_has_one_normal_form(url: str, normal: str) -> None:
    assert targets.parse(url, allow_private=False).url == normal
    assert targets.parse(normal, allow_private=False).url == normal


@pytest.mark.parametrize("url", WHOLE_URLS)
def test_a_url_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        targets.parse(url, allow_private=False)


@pytest.mark.parametrize("host", HOSTS_OF_LOOPBACK)
def test_a_host_that_some_reader_takes_for_another_is_refused(host: str) -> None:
    with pytest.raises(TargetRefused):
        targets.parse(f"https://{host}/", allow_private=False)


def test_private_targets_are_plain_http_too_when_they_are_allowed() -> None:
    for url in ("http://127.0.0.1:8080/", "http://receiver:8080/hook", "https://[::1]/", "http://localhost/"):
        assert targets.parse(url, allow_private=True).url == url
        with pytest.raises(TargetRefused):
            targets.parse(url, allow_private=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://127.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://user@127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1%25eth0]/",
        "http://127.0.0.1:6379/",
    ],
)
def test_allowing_private_targets_allows_no_odd_forms(url: str) -> None:
    with pytest.raises(TargetRefused):
        targets.parse(url, allow_private=True)


@pytest.mark.parametrize("address", [*INNER_IPV4, *INNER_IPV6])
async def test_a_name_that_leads_inside_is_refused(address: str) -> None:
    with pytest.raises(TargetRefused):
        await targets.check("https://example.com/", allow_private=False, lookup=answering(address))


@pytest.mark.parametrize(
    "bad", ["127.0.0.1", "::1", "fe80::1%eth0", "2606:4700:4700::1111%eth0", "nonsense", ""]
)
async def test_one_bad_address_among_good_ones_is_enough_to_refuse(bad: str) -> None:
    lookup = answering(PUBLIC, "2606:4700:4700::1111", bad)
    with pytest.raises(TargetRefused):
        await targets.resolve("example.com", 443, allow_private=False, lookup=lookup)


async def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(TargetRefused):
        await targets.resolve("example.com", 443, allow_private=False, lookup=answering())


async def test_the_addresses_of_a_name_are_given_once_each_in_order() -> None:
    lookup = answering("8.8.8.8", PUBLIC, "8.8.8.8")
    found = await targets.resolve("example.com", 443, allow_private=False, lookup=lookup)
    assert [str(address) for address in found] == ["8.8.8.8", PUBLIC]


async def test_an_address_needs_no_name_server() -> None:
    async def forbidden(_host: str, _port: int) -> Sequence[str]:
        raise AssertionError("an address was looked up")

    found = await targets.resolve("8.8.8.8", 443, allow_private=False, lookup=forbidden)
    assert [str(address) for address in found] == ["8.8.8.8"]


@pytest.mark.parametrize(("errno", "accepted"), [(socket.EAI_AGAIN, True), (socket.EAI_NONAME, False)])
async def test_a_name_that_does_not_exist_is_refused_but_a_silent_server_is_not_held_against_it(
    errno: int, *, accepted: bool
) -> None:
    async def failing(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(errno, "no answer")

    try:
        await targets.check("https://example.com/", allow_private=False, lookup=failing)
    except TargetRefused:
        assert not accepted
    else:
        assert accepted
