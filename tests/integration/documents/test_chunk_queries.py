"""Chunks come out as they went in, of one version at a time."""

from collections.abc import Mapping
from typing import Any

import pytest

from models.chunk import Chunk, ChunkKind, wire_form
from models.errors import InvalidInput, NotFound
from models.geometry import Box
from models.span import Span
from models.words import PageBox
from services.documents.chunks import ChunkQuery, get_chunk, list_chunks, resolve_version
from services.jobs import finishing
from tests.make import Sessions, chunk_set, create_claim, create_document, create_tenant, wire_chunk
from tests.rows import document_of

CANONICAL = (
    "Teil Ⅱ\n\nDer Vertrag endet.\tÜber 👩‍👩‍👧 \u202eabc\u202c und \x7f.\n\n\\N \\. \"quoted\" {a,b} 'x'\n"
)

CHUNKS = (
    Chunk("chk_1", 0, (Span(0, 6),), tokens=3, strategy="recursive", reason="heading", next="chk_2"),
    Chunk(
        "chk_2",
        1,
        (Span(8, 26), Span(27, 50)),
        tokens=17,
        strategy="s2",
        reason="the largest cut",
        kind=ChunkKind.TABLE,
        headings=("Teil Ⅱ", "§ 7 „Kündigung“", "", 'a "b", {c}\\'),
        context="Teil Ⅱ › § 7",
        pages=(3, 4),
        boxes=(PageBox(3, Box(72.0, 640.1, 540.0, 705.9)), PageBox(4, Box(0.0, 0.01, 1e-05, 12345.678))),
        parent="chk_1",
        previous="chk_1",
        metadata={"scores": [0.1, 1.0, -3], "deep": {"null": None, "yes": True}, "": "Ünï\n"},
    ),
    Chunk("chk_3", 2, (Span(50, len(CANONICAL)),), tokens=0, strategy="recursive", reason=""),
)


async def store(sessions: Sessions, chunks: list[dict[str, Any]], **job: Any) -> str:
    """The id of a document that has these chunks."""
    claim = await create_claim(sessions, **job)
    theirs = [{**chunk, "document": claim.document_id} for chunk in chunks]
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim, chunks=theirs))
    return claim.document_id


async def find(sessions: Sessions, document_id: str, **query: Any) -> list[dict[str, Any]]:
    async with sessions() as session:
        return await list_chunks(session, "default", document_id, ChunkQuery(**query), limit=1000)


def numbered(pages: Mapping[int, list[int]]) -> list[dict[str, Any]]:
    return [wire_chunk("", index, pages=touched) for index, touched in pages.items()]


async def test_chunks_come_out_as_the_wire_form_that_went_in(sessions: Sessions) -> None:
    document_id = await store(sessions, [wire_form(chunk, "", CANONICAL) for chunk in CHUNKS])
    expected = [wire_form(chunk, document_id, CANONICAL) for chunk in CHUNKS]
    found = await find(sessions, document_id)
    assert found == expected
    assert [list(chunk) for chunk in found] == [list(chunk) for chunk in expected]
    async with sessions() as session:
        assert await get_chunk(session, "default", "chk_2") == expected[1]


async def test_vectors_come_with_chunks_where_they_are_asked_for(sessions: Sessions) -> None:
    vector = [0.1, -2.5e-8, 1.0]
    chunks = [
        wire_form(chunk, "", CANONICAL, vector if index else None) for index, chunk in enumerate(CHUNKS)
    ]
    document_id = await store(sessions, chunks)
    assert [chunk["vector"] for chunk in await find(sessions, document_id)] == [None, None, None]
    found = await find(sessions, document_id, vectors=True)
    assert [chunk["vector"] for chunk in found] == [None, vector, vector]
    async with sessions() as session:
        assert (await get_chunk(session, "default", "chk_2"))["vector"] is None
        assert (await get_chunk(session, "default", "chk_2", vectors=True))["vector"] == vector


async def test_a_document_without_a_result_has_no_chunks_and_an_unknown_one_is_not_found(
    sessions: Sessions,
) -> None:
    async with sessions.begin() as session:
        document = await create_document(session)
    assert await find(sessions, document.id) == []
    for document_id in ("doc_unknown", "doc_\0"):
        with pytest.raises(NotFound):
            await find(sessions, document_id)


async def test_pages_of_chunks_follow_each_other(sessions: Sessions) -> None:
    document_id = await store(sessions, [wire_chunk("", index) for index in range(7)])
    seen: list[int] = []
    async with sessions() as session:
        while page := await list_chunks(
            session, "default", document_id, ChunkQuery(), after=seen[-1] if seen else -1, limit=3
        ):
            seen += [chunk["index"] for chunk in page]
    assert seen == list(range(7))


async def test_a_page_number_finds_the_chunks_that_touch_the_page(sessions: Sessions) -> None:
    document_id = await store(sessions, numbered({0: [1], 1: [1, 2], 2: [2, 3], 3: [12], 4: []}))
    assert [chunk["index"] for chunk in await find(sessions, document_id, page=2)] == [1, 2]
    assert [chunk["index"] for chunk in await find(sessions, document_id, page=1)] == [0, 1]
    assert await find(sessions, document_id, page=4) == []


@pytest.mark.parametrize(
    ("wanted", "indexes"),
    [
        ("7 Termination", [0]),
        ("TERM", [0, 1]),
        ("part", [0, 1, 2]),
        ("übersicht", [2]),
        ("100%", [2]),
        ("100_", []),
        ("%", [2]),
        ("Part II7", []),
        ("", [0, 1, 2]),
        ("\\", []),
    ],
)
async def test_a_heading_is_found_anywhere_in_the_path_in_any_case(
    sessions: Sessions, wanted: str, indexes: list[int]
) -> None:
    paths: tuple[list[str], ...] = (
        ["Part II", "7 Termination"],
        ["Part II", "Terms"],
        ["Part III", "ÜBERSICHT 100% net"],
        [],
    )
    chunks = [wire_chunk("", index, headings=path) for index, path in enumerate(paths)]
    document_id = await store(sessions, chunks)
    assert [chunk["index"] for chunk in await find(sessions, document_id, heading=wanted)] == indexes


@pytest.mark.parametrize("query", [{"page": 0}, {"page": 2**31}, {"heading": "\0"}, {"heading": "\udc00"}])
def test_a_query_no_chunk_can_meet_is_refused(query: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ChunkQuery(**query)


async def test_a_version_is_read_by_its_number_and_the_current_one_by_default(sessions: Sessions) -> None:
    document_id = await store(sessions, [wire_chunk("", 0, "the first")])
    document = await document_of(sessions, document_id)
    await store(sessions, [wire_chunk("", 0, "the second")], document=document)
    assert [chunk["text"] for chunk in await find(sessions, document_id)] == ["the second"]
    assert [chunk["text"] for chunk in await find(sessions, document_id, version=1)] == ["the first"]
    async with sessions() as session:
        assert await resolve_version(session, "default", document_id) == 2
        for version in (0, 3, -1, 2**40):
            with pytest.raises(NotFound):
                await resolve_version(session, "default", document_id, version)


async def test_a_chunk_of_several_documents_is_the_newest_current_one_unless_one_is_named(
    sessions: Sessions,
) -> None:
    shared = {"id": "chk_shared", "text": "shared"}
    first = await store(sessions, [wire_chunk("", 0, **shared)])
    second = await store(sessions, [wire_chunk("", 0, **shared)])
    async with sessions() as session:
        assert (await get_chunk(session, "default", "chk_shared"))["document"] == second
        assert (await get_chunk(session, "default", "chk_shared", first))["document"] == first
    await store(sessions, [wire_chunk("", 0, "other")], document=await document_of(sessions, second))
    async with sessions() as session:
        assert (await get_chunk(session, "default", "chk_shared"))["document"] == first
        assert (await get_chunk(session, "default", "chk_shared", second))["document"] == second


async def test_the_chunks_of_others_are_not_found(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    document_id = await store(sessions, [wire_chunk("", 0, id="chk_theirs")], tenant_id="other")
    with pytest.raises(NotFound):
        await find(sessions, document_id)
    async with sessions() as session:
        for chunk_id in ("chk_theirs", "chk_unknown", "chk_\0"):
            with pytest.raises(NotFound):
                await get_chunk(session, "default", chunk_id)
        assert (await get_chunk(session, "other", "chk_theirs"))["document"] == document_id
