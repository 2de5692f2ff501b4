"""Whether the bytes that rows name are there and whole: in a folder, in a bucket, and by `kerf verify`."""

from hashlib import sha256
from pathlib import Path

import obstore
import pytest
from sqlalchemy import make_url

from models.tables.tenants import DEFAULT_TENANT
from services.documents.deletion import delete
from services.documents.sources import Source
from services.documents.submission import submit
from services.infra import s3
from services.infra.integrity import Standing
from services.infra.quarantine import Quarantine
from services.infra.storage import Storage, address
from services.infra.stores import make_examiner, make_storage
from services.jobs import finishing
from tests.integration.cli.test_operations import kerf
from tests.make import OPTIONS, Sessions, chunk_set, take
from tests.support.postgres import connect
from workers.verifying import Named, Verification


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Of the store; None for the folder."""
    return request.getfixturevalue("bucket") if request.param == "bucket" else None


async def stored(sessions: Sessions, storage: Storage, text: str) -> tuple[str, list[str]]:
    """A document with its parsed form, and both addresses."""
    data, parsed = text.encode(), f"parsed {text}".encode()
    source = await storage.put(data)
    async with sessions.begin() as session:
        job = await submit(
            session,
            tenant_id=DEFAULT_TENANT,
            source=Source("a.txt", source.sha256, source.size),
            options=OPTIONS,
        )
    claim = await take(sessions, job.id)
    artifact = (await storage.put(parsed)).sha256
    async with sessions.begin() as session:
        await finishing.complete(session, claim, chunk_set(claim, artifact=artifact))
    return job.document_id, [source.sha256, artifact]


async def found(sessions: Sessions, url: str | None, root: Path, *, reads: bool = True) -> list[Named]:
    """What is found, without what is well."""
    verification = Verification(sessions, make_examiner(url, root), reads=reads)
    return [named async for named in verification.whole() if named.found.standing is not Standing.WHOLE]


def put_damaged(url: str | None, root: Path, name: str, data: bytes | None) -> None:
    """Other bytes at an address, or none."""
    if url is None:
        path = address(root, name)
        path.unlink()
        if data is not None:
            path.write_bytes(data)
        return
    store = s3.bucket(url)
    s3.forget(store, s3.copies(store, s3.folder_of(name)))
    if data is not None:
        obstore.put(store, f"{s3.folder_of(name)}/other", data)


async def test_what_is_missing_or_damaged_is_named_with_who_needs_it(
    sessions: Sessions, url: str | None, tmp_path: Path
) -> None:
    root = tmp_path / "objects"
    storage = make_storage(url, root)
    documents = [await stored(sessions, storage, f"Text {number}.") for number in range(3)]
    assert await found(sessions, url, root) == []
    put_damaged(url, root, documents[0][1][0], None)
    put_damaged(url, root, documents[1][1][1], b"other bytes")
    wrong = {named.address: named for named in await found(sessions, url, root)}
    assert {name: named.found.standing for name, named in wrong.items()} == {
        documents[0][1][0]: Standing.MISSING,
        documents[1][1][1]: Standing.DAMAGED,
    }
    assert {named.owners[0] for named in wrong.values()} == {documents[0][0], documents[1][0]}
    quickly = await found(sessions, url, root, reads=False)
    assert [named.address for named in quickly] == [documents[0][1][0]], "without reading only this is seen"


async def test_what_is_deleted_meanwhile_is_not_missed_and_what_is_aside_is_there(
    sessions: Sessions, tmp_path: Path
) -> None:
    root = tmp_path / "objects"
    storage = make_storage(None, root)
    document, (source, _) = await stored(sessions, storage, "Text.")
    (blob,) = [blob for blob in Quarantine(root).kept(source[:2]) if blob.sha256 == source]
    assert Quarantine(root).set_aside(blob)
    verification = Verification(sessions, make_examiner(None, root), reads=True)
    seen = [named.found.standing async for named in verification.whole()]
    assert seen == [Standing.WHOLE] * 2
    names = await verification._after("")
    async with sessions.begin() as session:
        await delete(session, tenant_id=DEFAULT_TENANT, document_id=document)
    await storage.delete(source)
    found = await make_examiner(None, root).examine(source, reads=True)
    assert (found.standing, source in names) == (Standing.MISSING, True)
    assert await verification._judged(source, found) is None


def test_the_command_says_what_is_wrong_and_ends_with_one(database_url: str, tmp_path: Path) -> None:
    settings = {"database_url": database_url, "data_dir": str(tmp_path)}
    assert kerf("verify", **settings).stdout == "0 stored files are needed (0 bytes read); 0 are not whole\n"
    name = sha256(b"bytes").hexdigest()
    insert(database_url, name)
    told = kerf("verify", "--quick", **settings)
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.splitlines() == [
        f"MISSING  {name}  doc_1",
        "1 stored files are needed (0 bytes found); 1 are not whole",
    ]


def insert(url: str, name: str) -> None:
    """A document of these bytes."""
    row = "INSERT INTO documents (id, tenant_id, name, sha256, size) VALUES ('doc_1', 'default', 'a', %s, 5)"
    with connect(make_url(url)) as connection:
        connection.execute(row, [name])
