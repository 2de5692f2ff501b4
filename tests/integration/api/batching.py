"""Steps that the tests of batches share: forms of many files."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

Files = Sequence[tuple[str, bytes]]


def texts(count: int) -> list[tuple[str, bytes]]:
    """So many files, no two equal."""
    return [(f"{n}.txt", f"Document {n}. Either party may end it.".encode()) for n in range(count)]


def form(files: Files, fields: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The fields first, what is no text as JSON, then the files."""
    written = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in (fields or {}).items()
    }
    return {"data": written, "files": [("file", file) for file in files]}


async def send(
    client: httpx2.AsyncClient, files: Files, headers: Mapping[str, str] | None = None, **fields: Any
) -> httpx2.Response:
    """The call."""
    return await client.post("/v1/batches", headers=dict(headers or {}), **form(files, fields))


async def items_of(client: httpx2.AsyncClient, batch: str, **query: Any) -> list[dict[str, Any]]:
    """All items, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"/v1/batches/{batch}/items", params=query)
        assert answer.status_code == 200, answer.text
        found += answer.json()["data"]
        if (cursor := answer.json()["next_cursor"]) is None:
            return found
        query["cursor"] = cursor


def counts(**some: int) -> dict[str, int]:
    """Of all states; those that are not named are zero."""
    states = ("queued", "running", "cancelling", "succeeded", "failed", "cancelled", "deleted")
    return {**dict.fromkeys(states, 0), **some}
