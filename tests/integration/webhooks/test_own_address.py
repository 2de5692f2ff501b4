"""An installation does not send webhooks to itself."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest

from models.errors import TargetRefused
from services.webhooks import endpoints, targets
from services.webhooks.client import make_client
from services.webhooks.own import Own, is_local
from services.webhooks.policy import WebhookPolicy
from services.webhooks.post import post
from tests.integration.webhooks.receiver import canary
from tests.integration.webhooks.scene import CIPHER, TENANT, Sessions

PUBLIC = Own.of(8000, "https://Kerf.example.com/")


async def loopback(_host: str, _port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_nobody_registers_the_api_itself_and_no_message_reaches_it(sessions: Sessions) -> None:
    with canary() as api:
        own = Own(api.port)
        urls = [
            f"http://{host}:{api.port}/"
            for host in ("127.0.0.1", "localhost", "[::1]", "127.9.9.9", "intra.net")
        ]
        async with make_client(allow_private=True, own=own, lookup=loopback) as client:
            for url in urls:
                assert (await post(client, url, headers={}, body=b"{}")).error == "target_refused", url
        policy = WebhookPolicy(CIPHER, allow_private=True, own=own)
        async with sessions.begin() as session:
            for url in urls[:4]:
                with pytest.raises(TargetRefused, match="back to this service"):
                    await endpoints.register(session, tenant_id=TENANT, url=url, policy=policy)
            await endpoints.register(session, tenant_id=TENANT, url="http://127.0.0.1:9999/", policy=policy)
        assert api.count() == 0


@pytest.mark.parametrize(
    "url", ["https://kerf.example.com/hook", "https://KERF.example.com:443/", "https://kerf.EXAMPLE.com"]
)
def test_the_public_url_is_recognised_however_it_is_written(url: str) -> None:
    with pytest.raises(TargetRefused, match="back to this service"):
        targets.parse(url, allow_private=False, own=PUBLIC)


@pytest.mark.parametrize(
    "url", ["https://kerf.example.com:8443/", "https://hooks.example.com/", "https://example.com/"]
)
def test_its_neighbours_are_not(url: str) -> None:
    assert targets.parse(url, allow_private=False, own=PUBLIC).url == url


async def test_a_public_address_is_recognised_behind_another_name() -> None:
    async def public(_host: str, _port: int) -> Sequence[str]:
        return ["93.184.216.34"]

    own = Own.of(8000, "https://93.184.216.34")
    with pytest.raises(TargetRefused, match="back to this service"):
        await targets.check("https://alias.example.com/", allow_private=False, own=own, lookup=public)
    await targets.check("https://alias.example.com:8443/", allow_private=False, own=own, lookup=public)


def test_the_addresses_of_this_machine_are_known() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        mine = {"127.0.0.1", "127.1.2.3", socket.gethostbyname(socket.gethostname())}
    assert {address for address in mine if is_local(ip_address(address))} >= {"127.0.0.1", "127.1.2.3"}
    assert not is_local(ip_address("93.184.216.34"))
    assert not is_local(ip_address("2606:2800:220:1::1"))


@pytest.mark.parametrize("url", ["kerf.example.com", "ftp://kerf.example.com", "https://", "https:///x"])
def test_a_public_url_that_is_none_is_an_error(url: str) -> None:
    with pytest.raises(ValueError, match="names a host"):
        Own.of(8000, url)


async def test_another_machine_may_listen_on_the_same_port() -> None:
    async def elsewhere(_host: str, _port: int) -> Sequence[str]:
        return ["10.255.255.7"]

    target = await targets.check(
        "http://intra.net:8000/", allow_private=True, own=Own(8000), lookup=elsewhere
    )
    assert target.url == "http://intra.net:8000/"
