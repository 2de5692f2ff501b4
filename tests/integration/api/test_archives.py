"""An archive is uploaded like a document and becomes documents of its own, its members."""

import json
from typing import Any

import httpx2
import pytest

from models.tables.documents import DocumentRecord
from tests.integration.api.conftest import Sessions, Worker
from tests.integration.api.test_uploads import upload
from tests.rows import count_of, events_of
from tests.support.packed import FORMS, zipped

OPTIONS = json.dumps({"strategy": "cast", "tokenizer": "words", "max_tokens": 64})
FILES = {
    "repo/.gitignore": b"*.log\n/out/\n",
    "repo/.git/config": b"[core]",
    "repo/a.log": b"left out",
    "repo/out/b.txt": b"left out",
    "repo/src/a.py": b"def a():\n    return 1\n",
    "repo/src/b/__init__.py": b"SAME = 1\n",
    "repo/src/c/__init__.py": b"SAME = 1\n",
    "repo/src/c/empty.py": b"",
    "repo/data.bin": bytes(range(256)) * 9,
    "repo/inner.zip": zipped({"x.py": b"x = 1\n"}),
    "repo/README.md": b"# Title\n\nText.\n",
}
MEMBERS = ["repo/README.md", "repo/src/a.py", "repo/src/b/__init__.py", "repo/src/c/__init__.py"]


async def job_of(client: httpx2.AsyncClient, job: str) -> dict[str, Any]:
    """The job as it stands."""
    found: dict[str, Any] = (await client.get(f"/v1/jobs/{job}")).json()
    return found


async def unpacked(
    client: httpx2.AsyncClient, worker: Worker, data: bytes, name: str = "repo.zip", **fields: str
) -> dict[str, Any]:
    """The archive's job when it has ended."""
    answer = await upload(client, data, name=name, **({"options": OPTIONS} | fields))
    assert answer.status_code == 202, answer.text
    await worker.does(answer.json()["id"])
    return await job_of(client, answer.json()["id"])


async def members_of(client: httpx2.AsyncClient, archive: str) -> dict[str, dict[str, Any]]:
    """The members of an archive by path."""
    found = (await client.get("/v1/documents", params={"archive": archive, "limit": 200})).json()["data"]
    return {member["name"]: member for member in found}


async def work_off(client: httpx2.AsyncClient, worker: Worker, archive: str) -> list[dict[str, Any]]:
    """The jobs of an archive's members when all that were queued have ended."""
    which = {"archive": archive, "limit": "200"}
    for job in (await client.get("/v1/jobs", params={**which, "state": "queued"})).json()["data"]:
        await worker.does(job["id"])
    found: list[dict[str, Any]] = (await client.get("/v1/jobs", params=which)).json()["data"]
    return found


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
async def test_the_files_of_an_archive_become_documents_with_jobs_of_their_own(
    client: httpx2.AsyncClient, worker: Worker, sessions: Sessions, name: str
) -> None:
    job = await unpacked(client, worker, FORMS[name](FILES), name)
    assert (job["state"], job["members"], job["failure"]) == ("succeeded", 4, None)
    archive = (await client.get(f"/v1/documents/{job['document']}")).json()
    assert (archive["members"], archive["archive"], archive["no_text"]) == (4, None, False)
    skipped = archive["result"]["manifest"]["skipped"]
    assert {file["path"]: file["reason"] for file in skipped["files"]} == {
        "repo/.gitignore": "hidden",
        "repo/.git/": "hidden",
        "repo/a.log": "ignored",
        "repo/out/": "ignored",
        "repo/src/c/empty.py": "empty_file",
        "repo/data.bin": "unsupported_type",
        "repo/inner.zip": "archive",
    }
    assert skipped["counts"] == {
        "archive": 1,
        "empty_file": 1,
        "hidden": 2,
        "ignored": 2,
        "unsupported_type": 1,
    }
    assert sorted(await members_of(client, job["document"])) == MEMBERS
    jobs = await work_off(client, worker, job["document"])
    assert [(found["state"], found["options"], found["parsing"]) for found in jobs] == [
        ("succeeded", job["options"], job["parsing"])
    ] * 4
    for path, member in (await members_of(client, job["document"])).items():
        assert member["archive"] == job["document"]
        chunks = (await client.get(f"/v1/documents/{member['id']}/chunks")).json()["data"]
        assert {chunk["metadata"].get("path", path) for chunk in chunks} == {path}
        assert len(await events_of(sessions, member["id"])) == 1
    (told,) = await events_of(sessions, job["document"])
    data = json.loads(told.body)["data"]
    assert (data["members"], data["url"]) == (4, f"/v1/documents?archive={job['document']}")


async def test_equal_files_in_an_archive_and_beside_it_are_documents_of_their_own(
    client: httpx2.AsyncClient, worker: Worker
) -> None:
    job = await unpacked(client, worker, zipped(FILES))
    alone = (await upload(client, FILES["repo/src/a.py"], name="a.py", options=OPTIONS)).json()
    members = await members_of(client, job["document"])
    assert alone["document"] not in {member["id"] for member in members.values()}
    assert members["repo/src/b/__init__.py"]["id"] != members["repo/src/c/__init__.py"]["id"]
    again = await upload(client, zipped(FILES), name="repo.zip", options=OPTIONS)
    assert again.json()["id"] == job["id"]


async def test_the_next_version_of_an_archive_changes_what_has_changed(
    client: httpx2.AsyncClient, worker: Worker
) -> None:
    first = await unpacked(client, worker, zipped(FILES), external_id="repo")
    await work_off(client, worker, first["document"])
    before = await members_of(client, first["document"])
    files = {**FILES, "repo/src/a.py": b"def a():\n    return 2\n", "repo/src/new.py": b"new = 1\n"}
    del files["repo/README.md"]
    second = await unpacked(client, worker, zipped(files), external_id="repo")
    assert (second["document"], second["version"], second["members"]) == (first["document"], 2, 4)
    archive = (await client.get(f"/v1/documents/{first['document']}")).json()
    assert archive["result"]["diff"] == {"from": 1, "removed": 2, "added": 2, "moved": 0, "unchanged": 2}
    queued = (await client.get("/v1/jobs", params={"archive": first["document"], "state": "queued"})).json()
    after = await members_of(client, first["document"])
    assert {job["document"] for job in queued["data"]} == {
        after["repo/src/a.py"]["id"],
        after["repo/src/new.py"]["id"],
    }
    assert after.keys() == {*before, "repo/src/new.py"} - {"repo/README.md"}
    await work_off(client, worker, first["document"])
    after = await members_of(client, first["document"])
    changed = {path: member["version"] for path, member in after.items() if path in before}
    assert changed == {"repo/src/a.py": 2, "repo/src/b/__init__.py": 1, "repo/src/c/__init__.py": 1}
    assert all(after[path]["id"] == before[path]["id"] for path in changed)


async def test_an_archive_is_cut_again_with_all_its_members(
    client: httpx2.AsyncClient, worker: Worker
) -> None:
    job = await unpacked(client, worker, zipped(FILES))
    await work_off(client, worker, job["document"])
    options = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 32}
    again = (await client.post(f"/v1/documents/{job['document']}/chunks", json=options)).json()
    await worker.does(again["id"])
    await work_off(client, worker, job["document"])
    members = await members_of(client, job["document"])
    assert {member["version"] for member in members.values()} == {2}


async def test_what_comes_late_or_is_no_archive_any_more_leaves_no_stale_members(
    client: httpx2.AsyncClient, worker: Worker
) -> None:
    late = (await upload(client, zipped(FILES), name="r.zip", options=OPTIONS, external_id="r")).json()
    await unpacked(client, worker, zipped({"only.py": b"x = 1\n"}), "r.zip", external_id="r")
    await worker.does(late["id"])
    assert (await job_of(client, late["id"]))["state"] == "succeeded"
    assert list(await members_of(client, late["document"])) == ["only.py"]
    await unpacked(client, worker, b"Plain text.\n", "r.txt", external_id="r")
    assert await members_of(client, late["document"]) == {}
    assert (await client.get(f"/v1/documents/{late['document']}")).json()["members"] is None


async def test_deleting_an_archive_deletes_its_members(
    client: httpx2.AsyncClient, worker: Worker, sessions: Sessions
) -> None:
    job = await unpacked(client, worker, zipped(FILES))
    (one, *_) = (await members_of(client, job["document"])).values()
    await worker.does((await client.get("/v1/jobs", params={"document": one["id"]})).json()["data"][0]["id"])
    assert (await client.delete(f"/v1/documents/{one['id']}")).status_code == 204
    assert len(await members_of(client, job["document"])) == 3
    assert (await client.delete(f"/v1/documents/{job['document']}")).status_code == 204
    assert await count_of(sessions, DocumentRecord) == 0
