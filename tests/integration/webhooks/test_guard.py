"""What a webhook cannot be made to reach, with listeners that would notice."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpcore2
import httpx2
import pytest

from models.errors import TargetRefused
from services.webhooks import targets
from services.webhooks.client import make_client
from services.webhooks.delivery import deliver_due
from services.webhooks.network import MOST_BYTES, CheckedBackend
from services.webhooks.post import Answer, post
from tests.integration.webhooks import scene
from tests.integration.webhooks.receiver import (
    Canary,
    Receiver,
    Reply,
    answer_ok,
    canary,
    encrypt,
    make_certificate,
    receiver,
)
from tests.integration.webhooks.scene import Sessions
from tests.support.listening import serving
from tests.unit.webhooks.hostile import HOSTS_OF_LOOPBACK, INNER_IPV4, INNER_IPV6, WHOLE_URLS, disguises

PUBLIC = "93.184.216.34"
Names = Callable[[str], Sequence[str]]


@pytest.fixture
async def strict() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client(allow_private=False) as client:
        yield client


@pytest.fixture
async def private() -> AsyncIterator[httpx2.AsyncClient]:
    async with make_client(allow_private=True) as client:
        yield client


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "hooks.pem", "hooks.example.com")


@pytest.fixture
def trap() -> Iterator[Canary]:
    with canary() as listener:
        yield listener


async def send(client: httpx2.AsyncClient, url: str, *, deadline: float = 5) -> Answer:
    return await post(client, url, headers={}, body=b"{}", deadline=deadline)


def pretend(monkeypatch: pytest.MonkeyPatch, names: Names) -> list[str]:
    """Let the system's resolver answer with `names`; the hosts it is asked for, as they come."""
    asked: list[str] = []

    def getaddrinfo(host: str | bytes, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        name = host.decode() if isinstance(host, bytes) else host
        asked.append(name)
        kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [
            (socket.AF_INET6, *kind, (one, port, 0, 0))
            if ":" in one
            else (socket.AF_INET, *kind, (one, port))
            for one in names(name)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def divert(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let connections to public addresses end on loopback; the addresses connected to, as they come."""
    reached: list[str] = []
    connect = httpcore2.AnyIOBackend.connect_tcp

    async def connect_tcp(
        self: httpcore2.AnyIOBackend, host: str, *args: Any, **kwargs: Any
    ) -> httpcore2.AsyncNetworkStream:
        reached.append(host)
        return await connect(self, "127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(httpcore2.AnyIOBackend, "connect_tcp", connect_tcp)
    return reached


async def test_no_hostile_url_is_registered_or_sent_to(
    strict: httpx2.AsyncClient, trap: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, lambda _name: ["127.0.0.1"])
    hosts = [f"{scheme}://{host}:{trap.port}/" for scheme in ("https", "http") for host in HOSTS_OF_LOOPBACK]
    for url in [*hosts, *WHOLE_URLS, f"https://example.com:{trap.port}/"]:
        with pytest.raises(TargetRefused):
            await targets.check(url, allow_private=False)
        assert (await send(strict, url)).error in ("target_refused", "not_http"), url
    assert trap.count() == 0


async def test_no_hostile_address_behind_a_name_is_registered_or_sent_to(
    strict: httpx2.AsyncClient, trap: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = [*INNER_IPV4, *INNER_IPV6, *(form for one in INNER_IPV4 for form in disguises(one))]
    assert len(hostile) >= 150
    for address in hostile:
        for answer in ([address], [PUBLIC, address], [address, PUBLIC]):
            pretend(monkeypatch, lambda _name, answer=answer: answer)  # type: ignore[misc]  # bound early
            with pytest.raises(TargetRefused):
                await targets.check(f"https://example.com:{trap.port}/", allow_private=False)
        assert (await send(strict, f"https://example.com:{trap.port}/")).error == "target_refused", address
    assert trap.count() == 0


async def test_the_canary_would_notice(private: httpx2.AsyncClient, trap: Canary) -> None:
    answer = await send(private, f"http://127.0.0.1:{trap.port}/", deadline=0.2)
    assert answer.error == "timeout"
    assert trap.count() == 1


@pytest.mark.parametrize("first", [PUBLIC, "127.0.0.1"])
async def test_a_name_that_changes_its_address_gains_nothing(
    strict: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    turns = [PUBLIC, "127.0.0.1"] if first == PUBLIC else ["127.0.0.1", PUBLIC]
    asked = pretend(monkeypatch, lambda _name: [turns[len(asked) % 2 - 1]])
    with receiver() as server:  # it does not speak TLS, so an attempt that gets through ends at once
        reached = divert(monkeypatch)
        url = f"https://example.com:{server.server_port}/"
        outcomes = [(await send(strict, url)).error for _ in range(100)]
    assert len(asked) == 100, "each attempt asks exactly once"
    assert reached == [PUBLIC] * 50, "what was checked is what was connected to"
    assert outcomes.count("target_refused") == outcomes.count("tls") == 50


async def test_the_host_keeps_its_name_in_tls_and_in_http(
    monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    pretend(monkeypatch, lambda _name: [PUBLIC])
    reached = divert(monkeypatch)
    tls = ssl.create_default_context(cafile=str(certificate))
    server = Receiver(answer_ok)
    names = encrypt(server, certificate)
    with serving(server):
        async with make_client(allow_private=False, tls=tls) as client:
            answer = await send(client, f"https://hooks.example.com:{server.server_port}/hook")
    assert (answer.status, answer.error) == (200, None)
    assert reached == [PUBLIC]
    assert names == ["hooks.example.com"]
    assert server.requests[0].headers["host"] == f"hooks.example.com:{server.server_port}"


@pytest.mark.parametrize("host", ["hooks.example.com", "other.example.com"])
async def test_a_certificate_of_an_unknown_authority_or_another_name_ends_the_attempt(
    monkeypatch: pytest.MonkeyPatch, certificate: Path, host: str
) -> None:
    pretend(monkeypatch, lambda _name: [PUBLIC])
    divert(monkeypatch)
    tls = ssl.create_default_context(cafile=None if host == "hooks.example.com" else str(certificate))
    server = Receiver(answer_ok)
    encrypt(server, certificate)
    with serving(server):
        async with make_client(allow_private=False, tls=tls) as client:
            answer = await send(client, f"https://{host}:{server.server_port}/")
    assert (answer.status, answer.error) == (None, "tls")
    assert server.requests == []


async def test_one_attempt_asks_for_the_name_once_and_tries_each_address(
    private: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = pretend(monkeypatch, lambda _name: ["::1", "127.0.0.1"])
    with receiver() as server:  # on 127.0.0.1 alone
        answer = await send(private, f"http://receiver:{server.server_port}/")
    assert (answer.status, asked) == (200, ["receiver"])
    assert server.requests[0].headers["host"] == f"receiver:{server.server_port}"


async def test_an_answer_is_read_in_small_pieces_and_not_for_ever() -> None:
    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(bytes(4 * MOST_BYTES))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(flood, "127.0.0.1", 0)
    backend = CheckedBackend(allow_private=True, lookup=targets.system_lookup)
    stream = await backend.connect_tcp("127.0.0.1", server.sockets[0].getsockname()[1])
    sizes: list[int] = []
    while sum(sizes) < MOST_BYTES:
        sizes.append(len(await stream.read(1 << 20)))
    with pytest.raises(httpcore2.ReadError):
        await stream.read(1)
    await stream.aclose()
    server.close()
    await server.wait_closed()
    assert max(sizes) <= 4_096
    assert sum(sizes) == MOST_BYTES


async def test_a_silent_name_server_counts_against_the_deadline() -> None:
    async def silent(_host: str, _port: int) -> Sequence[str]:
        await asyncio.sleep(3600)
        return [PUBLIC]

    async with make_client(allow_private=False, lookup=silent) as client:
        answer = await send(client, "https://example.com/", deadline=0.2)
    assert answer.error == "timeout"


async def test_a_silent_tls_server_counts_against_the_deadline(
    trap: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, lambda _name: [PUBLIC])
    divert(monkeypatch)
    async with make_client(allow_private=False) as client:
        answer = await send(client, f"https://example.com:{trap.port}/", deadline=0.2)
    assert answer.error == "timeout"


async def test_a_name_that_does_not_exist_is_a_failed_attempt() -> None:
    async def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async with make_client(allow_private=False, lookup=unknown) as client:
        assert (await send(client, "https://example.com/")).error == "name_not_found"


async def test_proxies_of_the_environment_are_not_used(trap: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{trap.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with receiver() as server:
        async with make_client(allow_private=True) as client:
            assert (await send(client, server.url)).status == 200
    assert trap.count() == 0


async def test_what_one_receiver_says_is_not_told_to_the_next_request(private: httpx2.AsyncClient) -> None:
    with receiver(lambda _received: Reply(headers=(("Set-Cookie", "session=1; Path=/"),))) as server:
        await send(private, server.url)
        await send(private, server.url)
    assert len(server.requests) == 2
    assert not [request for request in server.requests if "cookie" in request.headers]


async def test_an_address_allowed_yesterday_is_checked_again_at_every_send(
    sessions: Sessions, strict: httpx2.AsyncClient
) -> None:
    with receiver() as server:
        await scene.endpoint(sessions, server.url)
        await scene.publish(sessions, scene.event())
        assert await deliver_due(sessions, strict, scene.CIPHER, limit=10) == 1
    assert server.requests == []
    assert [entry.error for entry in await scene.attempts(sessions)] == ["target_refused"]
