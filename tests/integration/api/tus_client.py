"""What the tests say in tus 1.0.0, and to whom."""

import base64
import hashlib
from typing import Any

import httpx2

TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
TEXT = b"Either party may terminate this Agreement upon thirty days' written notice."


def metadata(**values: str | bytes) -> str:
    """`Upload-Metadata` of these keys."""
    raw = {key: value.encode() if isinstance(value, str) else value for key, value in values.items()}
    return ",".join(f"{key} {base64.b64encode(value).decode()}" for key, value in raw.items())


def checksum(data: bytes, algorithm: str = "sha1") -> dict[str, str]:
    """`Upload-Checksum` of the bytes."""
    digest = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
    return {"Upload-Checksum": f"{algorithm} {digest}"}


async def begin(
    client: httpx2.AsyncClient, length: int, data: bytes | None = None, *, headers: Any = None, **more: Any
) -> httpx2.Response:
    """A new upload, whose beginning may come with it; other names are metadata."""
    sent = {**TUS, "Upload-Length": str(length), **(BYTES if data is not None else {}), **(headers or {})}
    if more:
        sent["Upload-Metadata"] = metadata(**more)
    return await client.post("/v1/uploads", content=data, headers=sent)


async def begun(client: httpx2.AsyncClient, length: int, **more: Any) -> str:
    """Where the new upload is."""
    answer = await begin(client, length, **more)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def send(
    client: httpx2.AsyncClient, where: str, offset: int | str, data: Any, headers: Any = None
) -> httpx2.Response:
    """More of an upload."""
    sent = {**TUS, **BYTES, "Upload-Offset": str(offset), **(headers or {})}
    return await client.patch(where, content=data, headers=httpx2.Headers(sent, encoding="latin-1"))


async def look(client: httpx2.AsyncClient, where: str) -> httpx2.Response:
    """How far it is."""
    return await client.head(where, headers=TUS)


async def offset_of(client: httpx2.AsyncClient, where: str) -> int:
    """So many bytes are kept."""
    answer = await look(client, where)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def job_of(answer: httpx2.Response) -> str:
    """The path of the job that an answer leads to."""
    return str(answer.links["monitor"]["url"])
