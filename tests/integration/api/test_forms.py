"""Forms that are broken, hostile or not forms at all."""

import asyncio
from collections.abc import AsyncIterator, Iterable

import httpx2
import pytest

from api import app as composition
from models.tables.tenants import DEFAULT_TENANT
from services.infra.config import Settings
from tests.integration.api.conftest import NewKey, Sessions
from tests.integration.api.serving import client_of
from tests.integration.api.test_uploads import faults

BOUNDARY = "frontier"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"'


def form(*parts: tuple[str, str], end: str = "--") -> bytes:
    """Parts of raw header lines and a body."""
    pieces = [f"--{BOUNDARY}\r\n{head}\r\n\r\n{body}\r\n" for head, body in parts]
    return ("".join(pieces) + f"--{BOUNDARY}{end}\r\n").encode("utf-8", "surrogateescape")


def field(name: str, value: str = "x") -> tuple[str, str]:
    """A plain field."""
    return f'Content-Disposition: form-data; name="{name}"', value


async def post(client: httpx2.AsyncClient, body: bytes, content_type: str = FORM) -> httpx2.Response:
    """A raw body under a content type."""
    return await client.post("/v1/documents", content=body, headers={"content-type": content_type})


async def test_a_form_made_by_hand_is_accepted(client: httpx2.AsyncClient) -> None:
    assert (await post(client, form((FILE, "text")))).status_code == 202


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary at all",
        form((FILE, "text"), end=""),
        form((FILE, "text"))[:-6],
        form(("Content-Type: text/plain", "no disposition")),
        form(('Content-Disposition: form-data; filename="a"', "no name")),
        form(('Content-Disposition: attachment; name="file"', "not form data")),
        form((f"{FILE}\r\nX-Long: {'x' * 5000}", "header too long")),
        form(("\r\n".join([FILE, *(f"X-{n}: {n}" for n in range(20))]), "too many headers")),
        form((f"{FILE}\r\nbad header", "no colon")),
    ],
)
async def test_a_form_that_cannot_be_read_is_malformed(client: httpx2.AsyncClient, body: bytes) -> None:
    response = await post(client, body)
    assert (response.status_code, response.json()["code"]) == (400, "malformed_request")


async def test_more_parts_than_any_form_of_ours_has_are_refused(client: httpx2.AsyncClient) -> None:
    response = await post(client, form(*(field("options", "{}") for _ in range(100))))
    assert response.status_code in {400, 422}


@pytest.mark.parametrize(
    "parts",
    [
        [(FILE, "a"), (FILE, "b")],
        [field("options", "{}"), field("options", "{}"), (FILE, "a")],
        [field("surprise"), (FILE, "a")],
        [field("options", "{}")],
        [field("options", "\udcff"), (FILE, "a")],
        [(FILE.replace("a.txt", "x" * 300), "a")],
        [(FILE.replace("a.txt", "a\0b"), "a")],
    ],
)
async def test_a_form_with_the_wrong_parts_is_not_valid(
    client: httpx2.AsyncClient, parts: Iterable[tuple[str, str]]
) -> None:
    response = await post(client, form(*parts))
    assert response.status_code == 422
    assert len(faults(response)) == 1


async def test_a_field_is_never_collected_beyond_its_limit(client: httpx2.AsyncClient) -> None:
    response = await post(client, form(field("options", "x" * 70_000), (FILE, "a")))
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "content_type", ["application/jsonl", "text/plain", "multipart/mixed; boundary=frontier", ""]
)
async def test_what_is_no_form_is_of_an_unsupported_media_type(
    client: httpx2.AsyncClient, content_type: str
) -> None:
    response = await post(client, b"{}", content_type)
    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", f"{FORM}{'x' * 300}"]
)
async def test_a_form_without_a_usable_boundary_is_malformed(
    client: httpx2.AsyncClient, content_type: str
) -> None:
    assert (await post(client, form((FILE, "a")), content_type)).status_code == 400


async def test_a_body_declared_too_large_is_refused_before_it_is_read(client: httpx2.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1 << 16
            yield b"x" * (1 << 16)

    headers = {"content-type": FORM, "content-length": str(10 << 30)}
    response = await client.post("/v1/documents", content=endless(), headers=headers)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert read == 0


async def test_a_body_of_undeclared_length_is_read_to_the_limit_and_no_further(
    client: httpx2.AsyncClient,
) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield form((FILE, "start"))[:-16]
        while True:
            read += 1 << 16
            yield b"x" * (1 << 16)

    response = await client.post("/v1/documents", content=endless(), headers={"content-type": FORM})
    assert response.status_code == 413
    assert read <= (1 << 20) + composition.FORM_OVERHEAD + (1 << 16)


@pytest.mark.parametrize("path", ["/v1/webhooks", "/v1/documents/doc_x/chunks"])
async def test_json_bodies_have_a_limit_of_their_own(client: httpx2.AsyncClient, path: str) -> None:
    body = b'{"url": "' + b"x" * composition.JSON_BYTES + b'"}'

    async def undeclared() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000]

    headers = {"content-type": "application/json"}
    declared = await client.post(path, content=body, headers=headers)
    streamed = await client.post(path, content=undeclared(), headers=headers)
    assert [declared.status_code, streamed.status_code] == [413, 413]
    assert declared.headers["content-type"] == "application/problem+json"


async def test_a_body_that_stops_arriving_is_cut(
    settings: Settings, sessions: Sessions, new_key: NewKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composition, "IDLE_SECONDS", 0.05)

    async def stalled() -> AsyncIterator[bytes]:
        yield form((FILE, "start"))[:-16]
        await asyncio.sleep(5)

    headers = {"content-type": FORM, **await new_key(DEFAULT_TENANT)}
    async with client_of(composition.create_app(settings, sessions=sessions)) as client:
        response = await client.post("/v1/documents", content=stalled(), headers=headers)
    assert (response.status_code, response.json()["code"]) == (408, "request_timeout")
