"""One document from a real source that misbehaves."""

import gzip
import socket

import pytest

from models.errors import TooLarge
from models.fetching import FetchError
from services.fetches.download import MOST_REDIRECTS
from services.fetches.policy import Patience
from services.infra.storage import LocalStorage
from tests.integration.fetches.downloads import (
    LIMIT,
    SECRET,
    TEXT,
    cause_of,
    downloader,
    error_of,
    fetched,
)
from tests.integration.fetches.source import CHUNKED, Asked, Line, Script, answer, chunked, saying, source

HASTY = Patience(deadline=20, head=0.3, window=0.3, least=1 << 10)


async def test_the_bytes_are_kept_and_named_and_the_source_sees_an_honest_request(
    storage: LocalStorage,
) -> None:
    disposition = "attachment; filename=\"x.txt\"; filename*=UTF-8''Vertrag%20%C3%A4.txt"
    with source(saying(answer(TEXT, content_disposition=disposition))) as server:
        async with downloader(storage) as one:
            found = await one.download(server.url(f"/a?signature={SECRET}"), limit=LIMIT)
    assert (found.name, found.stored.size) == ("Vertrag ä.txt", len(TEXT))
    assert (await storage.fetch(found.stored.sha256)).read_bytes() == TEXT
    (asked,) = server.asked
    assert asked.path == f"/a?signature={SECRET}"
    assert set(asked.headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert asked.headers["accept-encoding"] == "identity"


async def test_a_body_without_a_length_is_read_to_its_end(storage: LocalStorage) -> None:
    def script(_asked: Asked, line: Line) -> None:
        line.say(CHUNKED + b"".join(chunked(bytes([letter])) for letter in TEXT) + chunked(b""))

    assert (await fetched(storage, script)).stored.size == len(TEXT)


async def test_redirects_are_followed_and_the_better_name_is_kept(storage: LocalStorage) -> None:
    hops = [answer(status=status, location=f"/hop/{status}#top") for status in (301, 302, 303, 307, 308)]
    found = await fetched(storage, saying(*hops, answer(TEXT)))
    assert (found.name, found.stored.size) == ("report.txt", len(TEXT))


async def test_a_loop_of_redirects_ends(storage: LocalStorage) -> None:
    with source(saying(answer(status=302, location="/report.txt"))) as server:
        error = await error_of(storage, server.url())
    assert cause_of(error) == ("fetch_refused", "fetch_refused", False)
    assert len(server.asked) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, ("fetch_denied", "http_4xx", False)),
        (403, ("fetch_denied", "http_4xx", False)),
        (404, ("fetch_denied", "http_4xx", False)),
        (410, ("fetch_denied", "http_4xx", False)),
        (408, ("fetch_failed", "http_4xx", True)),
        (429, ("fetch_failed", "http_4xx", True)),
        (500, ("fetch_failed", "http_5xx", True)),
        (503, ("fetch_failed", "http_5xx", True)),
        (204, ("fetch_failed", "http_2xx", False)),
        (206, ("fetch_failed", "http_2xx", False)),
        (300, ("fetch_failed", "http_3xx", False)),
        (302, ("fetch_failed", "http_3xx", False)),
    ],
)
async def test_what_an_answer_without_the_document_means(
    storage: LocalStorage, status: int, expected: tuple[str, str, bool]
) -> None:
    with source(saying(answer(SECRET.encode(), status, retry_after="7"))) as server:
        error = await error_of(storage, server.url(f"/?t={SECRET}"))
    assert cause_of(error) == expected
    assert isinstance(error, FetchError)
    assert error.retry_after == (7 if error.retryable else None)


def endless(_asked: Asked, line: Line) -> None:
    line.say(CHUNKED)
    while not line.stopping.is_set():
        line.say(chunked(bytes(1 << 16)))


@pytest.mark.parametrize(
    "script",
    [endless, saying(answer(content_length=str(10 << 30))), saying(answer(content_length="9" * 20))],
    ids=["endless", "10 GiB", "more than 64 bits"],
)
async def test_a_document_beyond_the_limit_is_refused_as_soon_as_that_is_known(
    storage: LocalStorage, script: Script
) -> None:
    with source(script) as server:
        assert isinstance(await error_of(storage, server.url()), TooLarge)


async def test_nothing_that_came_packed_is_unpacked(storage: LocalStorage) -> None:
    bomb = gzip.compress(bytes(64 << 20))
    assert len(bomb) < LIMIT
    with source(saying(answer(bomb, content_encoding="gzip"))) as server:
        error = await error_of(storage, server.url())
    assert cause_of(error) == ("fetch_failed", "encoded", False)


def half(_asked: Asked, line: Line) -> None:
    line.say(answer(TEXT, content_length=str(2 * len(TEXT))))
    line.reset()


def half_then_silence(_asked: Asked, line: Line) -> None:
    line.say(answer(TEXT, content_length="99"))
    line.hang()


def drip(_asked: Asked, line: Line) -> None:
    line.say(CHUNKED)
    line.drip(chunked(b"a"), 0.02)


def drip_of_heads(_asked: Asked, line: Line) -> None:
    line.say(b"HTTP/1.1 200 OK\r\n")
    line.drip(b"X: y\r\n", 0.02)


def hints(_asked: Asked, line: Line) -> None:
    line.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.0)


BAD: dict[str, tuple[Script, str]] = {
    "half": (half, "connection_lost not_http"),
    "half, then nothing": (half_then_silence, "timeout"),
    "a length that is too large": (saying(answer(TEXT, content_length="99")), "not_http"),
    "two lengths": (
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        "not_http",
    ),
    "a chunk that is none": (saying(CHUNKED + b"xyz\r\n"), "not_http"),
    "a head without end": (
        saying(b"HTTP/1.1 200 OK\r\nX: " + bytes([120]) * (1 << 20)),
        "not_http connection_lost",
    ),
    "a head that drips": (drip_of_heads, "timeout"),
    "hints without end": (hints, "timeout connection_lost"),
    "a body that drips": (drip, "timeout"),
    "silence": (lambda _asked, line: line.hang(), "timeout"),
    "no HTTP": (saying(b"220 mail.example.com ESMTP\r\n"), "not_http"),
    "hung up": (lambda _asked, _line: None, "not_http"),
    "cut": (lambda _asked, line: line.reset(), "connection_lost"),
}


@pytest.mark.parametrize("case", BAD)
async def test_what_breaks_off_or_drips_is_tried_again_and_leaves_nothing(
    storage: LocalStorage, case: str
) -> None:
    script, causes = BAD[case]
    with source(script) as server:
        error = await error_of(storage, server.url(), patience=HASTY)
    code, cause, retryable = cause_of(error)
    assert (code, retryable) == ("fetch_failed", True)
    assert cause in causes.split(), cause


async def test_a_length_that_is_too_small_gives_what_it_says(storage: LocalStorage) -> None:
    assert (await fetched(storage, saying(answer(TEXT, content_length="7")))).stored.size == 7


async def test_all_of_a_fetch_has_a_deadline(storage: LocalStorage) -> None:
    patient = Patience(deadline=0.5, head=60, window=60, least=1)
    with source(drip) as server:
        assert cause_of(await error_of(storage, server.url(), patience=patient))[1] == "timeout"


async def test_a_source_that_is_not_there_is_tried_again(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = await error_of(storage, f"http://127.0.0.1:{port}/")
    assert cause_of(error) == ("fetch_failed", "connection_refused", True)

    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = await error_of(storage, "http://docs.example.com/")
    assert cause_of(error) == ("fetch_failed", "name_not_found", True)
