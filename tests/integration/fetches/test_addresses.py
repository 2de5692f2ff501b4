"""What a fetch cannot be made to reach, with listeners that would notice."""

import ssl
from pathlib import Path

import pytest

from models.fetching import FetchError, FetchFailed, FetchRefused
from services.fetches.policy import FetchPolicy
from services.infra.storage import LocalStorage
from services.webhooks.own import Own
from tests.integration.fetches.downloads import LIMIT, TEXT, cause_of, downloader, error_of, fetched
from tests.integration.fetches.source import answer, saying, source
from tests.integration.webhooks.receiver import Canary, make_certificate
from tests.integration.webhooks.test_guard import PUBLIC, divert, pretend
from tests.unit.webhooks.hostile import HOSTS_OF_LOOPBACK, INNER_IPV4, INNER_IPV6, WHOLE_URLS

HOST = "docs.example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "docs.pem", HOST)


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "//169.254.169.254/",
        "http://user:pass@127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "http://[::1",
        "https://exa mple.com/",
        "\\\\127.0.0.1\\",
        "http://2130706433/",
    ],
)
async def test_a_redirect_to_where_nobody_may_go_is_not_followed_even_where_private_ones_are_allowed(
    storage: LocalStorage, location: str
) -> None:
    with source(saying(answer(status=302, location=location))) as server:
        error = await error_of(storage, server.url())
    assert (error.code, len(server.asked)) == ("fetch_refused", 1)


async def test_no_redirect_leads_out_of_tls_into_the_network_or_to_the_service_itself(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch, certificate: Path, trap: Canary
) -> None:
    inner = {"loop.example.com": ["::1"], "mixed.example.com": [PUBLIC, "127.0.0.1"]}
    pretend(monkeypatch, lambda name: inner.get(name, [PUBLIC]))
    reached = divert(monkeypatch)
    tls = ssl.create_default_context(cafile=str(certificate))
    policy = FetchPolicy(own=Own.of(0, "https://kerf.example.com/"))
    inside = [f"https://{host}:{trap.port}/" for host in ("127.0.0.1", "[::1]", "localhost", *inner)]
    for location in ("http://docs.example.com/", "https://kerf.example.com/v1/jobs", *inside):
        with source(saying(answer(status=302, location=location)), certificate) as server:
            async with downloader(storage, policy, tls=tls) as one:
                with pytest.raises(FetchRefused):
                    await one.download(f"https://{HOST}:{server.port}/", limit=LIMIT)
        assert len(server.asked) == 1, location
    assert set(reached) == {PUBLIC}
    assert trap.count() == 0


async def test_no_hostile_url_and_no_hostile_address_is_fetched_from(
    storage: LocalStorage, trap: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = FetchPolicy()
    pretend(monkeypatch, lambda _name: ["127.0.0.1"])
    hosts = [f"{scheme}://{host}:{trap.port}/" for scheme in ("https", "http") for host in HOSTS_OF_LOOPBACK]
    async with downloader(storage, strict) as one:
        for url in [*hosts, *WHOLE_URLS, f"https://example.com:{trap.port}/"]:
            with pytest.raises(FetchError):
                await one.download(url, limit=LIMIT)
        for address in (*INNER_IPV4, *INNER_IPV6):
            for found in ([address], [PUBLIC, address]):
                pretend(monkeypatch, lambda _name, found=found: found)  # type: ignore[misc]  # bound early
                with pytest.raises(FetchRefused):
                    await one.download(f"https://example.com:{trap.port}/", limit=LIMIT)
    assert trap.count() == 0


@pytest.mark.parametrize("first", [PUBLIC, "127.0.0.1"])
async def test_a_name_that_changes_its_address_gains_nothing(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch, certificate: Path, first: str
) -> None:
    turns = [PUBLIC, "127.0.0.1"] if first == PUBLIC else ["127.0.0.1", PUBLIC]
    asked = pretend(monkeypatch, lambda _name: [turns[len(asked) % 2 - 1]])
    reached = divert(monkeypatch)
    tls = ssl.create_default_context(cafile=str(certificate))
    outcomes: list[str] = []
    with source(saying(answer(TEXT)), certificate) as server:
        async with downloader(storage, FetchPolicy(), tls=tls) as one:
            for _ in range(20):
                try:
                    await one.download(f"https://{HOST}:{server.port}/", limit=LIMIT)
                    outcomes.append("fetched")
                except FetchRefused:
                    outcomes.append("refused")
    assert len(asked) == 20, "each fetch asks exactly once"
    assert reached == [PUBLIC] * 10, "what was checked is what was connected to"
    assert (outcomes.count("fetched"), outcomes.count("refused")) == (10, 10)


@pytest.mark.parametrize("host", [HOST, "other.example.com"])
async def test_a_source_that_cannot_prove_its_name_is_given_up(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch, certificate: Path, host: str
) -> None:
    pretend(monkeypatch, lambda _name: [PUBLIC])
    divert(monkeypatch)
    tls = ssl.create_default_context(cafile=None if host == HOST else str(certificate))
    with source(saying(answer(TEXT)), certificate) as server:
        async with downloader(storage, FetchPolicy(), tls=tls) as one:
            with pytest.raises(FetchFailed) as raised:
                await one.download(f"https://{host}:{server.port}/", limit=LIMIT)
    assert cause_of(raised.value) == ("fetch_failed", "tls", False)
    assert server.asked == []


async def test_where_fetching_is_off_nothing_is_asked(storage: LocalStorage, trap: Canary) -> None:
    off = FetchPolicy(is_on=False, allow_private=True)
    assert (await error_of(storage, f"http://127.0.0.1:{trap.port}/", off)).code == "fetch_refused"
    assert trap.count() == 0


async def test_proxies_of_the_environment_are_not_used(
    storage: LocalStorage, trap: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{trap.port}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert (await fetched(storage, saying(answer(TEXT)))).stored.size == len(TEXT)
    assert trap.count() == 0
