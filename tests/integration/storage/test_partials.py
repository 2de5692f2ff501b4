"""Pieces of uploads, in a folder and in a bucket: kept whole, found from elsewhere, gone when told."""

from pathlib import Path

import pytest

from api.app import create_app
from models.errors import StorageError
from models.tables.tenants import DEFAULT_TENANT
from services.infra import s3
from services.infra.config import Settings
from services.infra.partials import Partials
from services.infra.quarantine import Quarantine
from services.infra.s3 import S3Quarantine
from services.infra.stores import make_partials, make_storage
from tests.integration.api.serving import client_of
from tests.integration.api.tus_client import TEXT, begun, job_of, look, offset_of, send
from tests.integration.storage.aged import age
from tests.integration.tenants.estate import left_of
from tests.make import Sessions
from workers.blobs import BlobSweep
from workers.erasing import Eraser
from workers.uploads import sweep


@pytest.fixture(params=["folder", "bucket"])
def url(request: pytest.FixtureRequest) -> str | None:
    """Where the store is."""
    return str(request.getfixturevalue("bucket")) if request.param == "bucket" else None


@pytest.fixture
def partials(url: str | None, tmp_path: Path) -> Partials:
    return make_partials(url, tmp_path / "objects")


def of(settings: Settings, folder: Path, url: str | None) -> Settings:
    """Settings of a replica; in a bucket's installation each has a folder of its own."""
    return settings.model_copy(update={"storage_url": url, "data_dir": folder})


@pytest.fixture
def settings(postgres_url: str) -> Settings:
    return Settings.model_validate({"database_url": postgres_url, "api_key_required": False})


async def test_pieces_are_kept_by_name_until_they_are_dropped(
    partials: Partials, url: str | None, tmp_path: Path
) -> None:
    assert await partials.uploads() == []
    for upload, piece in (("upl_a", "1"), ("upl_a", "2"), ("upl_ab", "1")):
        await partials.add(upload, piece, f"{upload} {piece}".encode())
    elsewhere = make_partials(url, tmp_path / "objects")
    assert await elsewhere.read("upl_a", "2") == b"upl_a 2"
    assert await elsewhere.uploads() == ["upl_a", "upl_ab"]
    await elsewhere.drop("upl_a", ["1"])
    with pytest.raises(StorageError):
        await partials.read("upl_a", "1")
    assert await partials.read("upl_a", "2") == b"upl_a 2"
    for _ in range(2):
        await partials.forget("upl_a")
    assert await partials.uploads() == ["upl_ab"]
    assert await partials.read("upl_ab", "1") == b"upl_ab 1"


async def test_replicas_in_turn_and_sweeps_between_them(
    sessions: Sessions, settings: Settings, partials: Partials, url: str | None, tmp_path: Path
) -> None:
    """Blob sweeps without grace take nothing of an upload that is not complete."""
    folders = [tmp_path, tmp_path / "another machine" if url else tmp_path]
    quarantine = S3Quarantine(s3.bucket(url)) if url else Quarantine(tmp_path / "objects")
    blobs = BlobSweep(sessions, quarantine, grace=0, removes=True)
    apps = [create_app(of(settings, folder, url), sessions=sessions) for folder in folders]
    async with client_of(apps[0]) as one, client_of(apps[1]) as other:
        where = await begun(one, len(TEXT))
        for at in range(0, len(TEXT), 30):
            replica = (one, other)[at // 30 % 2]
            assert await offset_of(replica, where) == at
            assert (await send(replica, where, at, TEXT[at : at + 30])).status_code == 204
            if at == 30:
                await blobs.whole()
                await sweep(sessions, partials)
        job = (await other.get(job_of(await look(one, where)))).json()
        document = (await one.get(f"/v1/documents/{job['document']}")).json()
    storage = make_storage(url, tmp_path / "reader" / "objects" if url else tmp_path / "objects")
    assert (await storage.fetch(document["sha256"])).read_bytes() == TEXT
    assert await partials.uploads() == []


async def test_a_tenant_is_erased_with_its_uploads(
    sessions: Sessions, settings: Settings, partials: Partials, url: str | None, tmp_path: Path
) -> None:
    async with client_of(create_app(of(settings, tmp_path, url), sessions=sessions)) as client:
        await send(client, await begun(client, 99), 0, b"the beginning")
        await begun(client, 99)
    assert len(await partials.uploads()) == 1
    quarantine = S3Quarantine(s3.bucket(url)) if url else Quarantine(tmp_path / "objects")
    age(tmp_path / "objects")
    assert (await Eraser(sessions, quarantine, partials, patience=0).erase(DEFAULT_TENANT)).is_over
    assert await left_of(sessions, DEFAULT_TENANT) == {"tenants": 1}
    assert await partials.uploads() == []
