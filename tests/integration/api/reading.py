"""Readers of a document that is ingested again and again, and what a reader must never see (goal D8)."""

import asyncio
import itertools
import json
from typing import Any

import httpx2

from models.errors import NotFound
from models.tables.documents import DocumentRecord
from services.documents.sweeping import sweep_versions
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions

SIZES = (7, 12, 5, 30, 1)
KEPT = 3


async def ingest_again(sessions: Sessions, document: DocumentRecord, stop: asyncio.Event) -> int:
    """Makes one version after the other, each of another size, and sweeps; how many it made."""
    for made in itertools.count(1):
        count = SIZES[made % len(SIZES)]
        fields = {place: {"text": f"version {made} of {count}"} for place in range(count)}
        await scene.finished(sessions, document=document, chunks=count, fields=fields)
        async with sessions.begin() as session:
            await sweep_versions(session, keep=KEPT)
        if stop.is_set():
            return made
    raise AssertionError


async def read_all(client: httpx2.AsyncClient, document_id: str, limit: int) -> list[dict[str, Any]] | None:
    """The chunks of one walk through the pages; None when the version was swept on the way."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        response = await client.get(f"/v1/documents/{document_id}/chunks", params=query)
        if response.status_code == 404:
            assert found, "the current version is always there"
            return None
        page = response.json()
        found += page["data"]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def read_lines(client: httpx2.AsyncClient, document_id: str) -> list[dict[str, Any]]:
    """The chunks as one stream; none when the version was swept on the way, which breaks the stream."""
    headers = {"accept": "application/x-ndjson"}
    try:
        response = await client.get(f"/v1/documents/{document_id}/chunks", headers=headers)
    except NotFound:
        return []
    return [json.loads(line) for line in response.text.splitlines()]


def is_one_version(chunks: list[dict[str, Any]]) -> bool:
    """Whether these are all chunks of one version, in order, and no others."""
    texts = {chunk["text"] for chunk in chunks}
    return (
        len(texts) == 1
        and texts.pop().endswith(f" of {len(chunks)}")
        and [chunk["index"] for chunk in chunks] == list(range(len(chunks)))
    )


async def read_while_ingesting(client: httpx2.AsyncClient, sessions: Sessions, *, reads: int) -> int:
    """Reads `reads` times, by four readers, while versions come and go; how many versions there were.

    AssertionError as soon as a reader sees two versions, or one that is not whole.
    """
    made = {place: {"text": "version 0 of 3"} for place in range(3)}
    job = await scene.finished(sessions, chunks=3, fields=made)
    async with sessions() as session:
        document = await session.get_one(DocumentRecord, job.document_id)
    stop = asyncio.Event()
    writer = asyncio.create_task(ingest_again(sessions, document, stop))

    async def reader(limit: int) -> None:
        for number in range(reads // 4):
            if number % 5 == 0:
                chunks = await read_lines(client, document.id)
            else:
                chunks = await read_all(client, document.id, limit) or []
            assert not chunks or is_one_version(chunks), chunks
            shown = (await client.get(f"/v1/documents/{document.id}")).json()
            assert shown["version"] == shown["result"]["number"]

    try:
        await asyncio.gather(*(reader(limit) for limit in (2, 3, 5, 100)))
    finally:
        stop.set()
    return await writer
