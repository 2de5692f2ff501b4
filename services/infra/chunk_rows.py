"""Chunks between the wire and their table, both ways, so that what comes out equals what went in."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, cast

import psycopg
from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.documents import ChunkRecord, DocumentRecord

IN_BODY = ("context", "spans", "boxes", "strategy", "reason", "parent", "previous", "next", "metadata")
"""What nobody filters by."""

COLUMNS = {
    "document_id": "text",
    "version": "int4",
    "index": "int4",
    "id": "text",
    "kind": "text",
    "text": "text",
    "tokens": "int4",
    "pages": "int4[]",
    "headings": "text[]",
    "body": "jsonb",
    "vector": "float4[]",
    "tenant_id": "text",
}
"""The table's columns with their types, in the order of `to_row`."""

_NAMES = ", ".join(json.dumps(name) for name in COLUMNS)
ARRIVAL = "CREATE TEMP TABLE IF NOT EXISTS arriving_chunks (LIKE chunks) ON COMMIT DELETE ROWS"
COPY = f"COPY arriving_chunks ({_NAMES}) FROM STDIN (FORMAT binary)"
MOVE = f"""
WITH arrived AS (DELETE FROM arriving_chunks RETURNING {_NAMES})
INSERT INTO chunks ({_NAMES}) SELECT {_NAMES} FROM arrived
"""  # noqa: S608 - the names of COLUMNS


def to_row(chunk: Mapping[str, Any], *, tenant_id: str, document_id: str, version: int) -> tuple[Any, ...]:
    """The values of `COLUMNS` for a chunk in wire form."""
    return (
        document_id,
        version,
        chunk["index"],
        chunk["id"],
        chunk["kind"],
        chunk["text"],
        chunk["tokens"],
        chunk["pages"],
        chunk["headings"],
        Jsonb({key: chunk[key] for key in IN_BODY}),
        chunk["vector"],
        tenant_id,
    )


async def insert_chunks(
    session: AsyncSession, chunks: Iterable[Mapping[str, Any]], document: DocumentRecord, *, version: int
) -> None:
    """Store chunks of one version, in the session's transaction, as fast as the server takes them.

    By way of a table of the connection's own: PostgreSQL copies into no table with row-level security.
    Errors are SQLAlchemy's, as those of every other statement.
    """
    connection = await (await session.connection()).get_raw_connection()
    driver = cast("AsyncConnection", connection.driver_connection)
    owner = {"tenant_id": document.tenant_id, "document_id": document.id}
    try:
        async with driver.cursor() as cursor:
            await cursor.execute(ARRIVAL)
            async with cursor.copy(COPY) as copy:
                copy.set_types(tuple(COLUMNS.values()))
                for chunk in chunks:
                    await copy.write_row(to_row(chunk, **owner, version=version))
            await cursor.execute(MOVE)
    except psycopg.OperationalError as error:
        raise OperationalError(COPY, None, error) from error
    except psycopg.Error as error:
        raise DBAPIError(COPY, None, error) from error


def to_wire(row: ChunkRecord, *, vectors: bool = False) -> dict[str, Any]:
    """The chunk as models.chunk.wire_form made it: same keys in the same order, same values.

    Its vector only where `vectors` are wanted: the query must have loaded them then.
    """
    body = row.body
    return {
        "id": row.id,
        "document": row.document_id,
        "index": row.index,
        "kind": row.kind,
        "text": row.text,
        "context": body["context"],
        "spans": body["spans"],
        "tokens": row.tokens,
        "headings": row.headings,
        "pages": row.pages,
        "boxes": body["boxes"],
        "strategy": body["strategy"],
        "reason": body["reason"],
        "parent": body["parent"],
        "previous": body["previous"],
        "next": body["next"],
        "metadata": body["metadata"],
        "vector": row.vector if vectors else None,
    }
