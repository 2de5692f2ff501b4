"""Reading, listing and deleting documents."""

import httpx2
from sqlalchemy import func, select

from models.tables import ChunkRecord, JobRecord, VersionRecord
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions


async def test_a_document_shows_what_was_measured_of_its_current_version(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions)
    shown = (await client.get(f"/v1/documents/{job.document_id}")).json()
    assert (shown["media_type"], shown["page_count"], shown["version"]) == ("text/plain", 3, 1)
    assert shown["result"]["manifest"] == scene.MANIFEST
    assert (shown["result"]["number"], shown["result"]["job"]) == (1, job.id)


async def test_a_document_nobody_has_read_yet_has_no_result(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.queued(sessions)
    shown = (await client.get(f"/v1/documents/{job.document_id}")).json()
    assert (shown["version"], shown["result"], shown["media_type"]) == (None, None, None)


async def test_documents_are_listed_newest_first_in_pages_that_join(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    made = [(await scene.queued(sessions)).document_id for _ in range(5)]
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/documents", params={"limit": 2, **cursor})).json()
        found += [document["id"] for document in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == made[::-1]


async def test_a_deleted_document_takes_everything_with_it(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    job = await scene.finished(sessions)
    response = await client.delete(f"/v1/documents/{job.document_id}")

    assert (response.status_code, response.content) == (204, b"")
    for path in (f"/v1/documents/{job.document_id}", f"/v1/jobs/{job.id}"):
        assert (await client.get(path)).status_code == 404
    assert (await client.delete(f"/v1/documents/{job.document_id}")).status_code == 404
    async with sessions() as session:
        for table in (ChunkRecord, JobRecord, VersionRecord):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
