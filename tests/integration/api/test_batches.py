"""Many documents in one call: all or none, each with its own status; the same call again changes nothing."""

import asyncio
from typing import Any

import httpx2
from sqlalchemy import text

from models.tables.batches import BatchRecord
from models.tables.documents import DocumentRecord
from models.tables.jobs import JobRecord
from models.tables.webhooks import EndpointRecord
from models.urgency import FIRST, PATIENT
from services.infra.storage import LocalStorage
from services.jobs.failures import Failure
from services.jobs.finishing import complete, fail
from tests.integration.api.batching import counts, items_of, send, texts
from tests.integration.api.conftest import NewKey, Sessions
from tests.make import chunk_set, create_tenant, take
from tests.rows import count_of, job_of

KEY = {"Idempotency-Key": '"one"'}
OPTIONS = {"strategy": "sentence", "tokenizer": "characters", "max_tokens": 64}


async def test_two_hundred_files_become_a_batch_of_documents_with_jobs(
    client: httpx2.AsyncClient, sessions: Sessions, storage: LocalStorage
) -> None:
    files = texts(200)
    taken = await send(client, files, options=OPTIONS, parsing={"ocr": "never"})
    batch = taken.json()
    assert taken.status_code == 202, taken.text
    assert taken.headers["location"] == f"/v1/batches/{batch['id']}"
    assert int(taken.headers["retry-after"]) >= 1
    assert (batch["state"], batch["documents"]) == ("running", 200)
    assert batch["counts"] == counts(queued=200)
    assert (await client.get(taken.headers["location"])).json() == batch

    items = await items_of(client, batch["id"], limit=70)
    assert [(item["index"], item["name"]) for item in items] == [(n, files[n][0]) for n in range(200)]
    assert {item["state"] for item in items} == {"queued"}
    last = (await client.get(f"/v1/jobs/{items[-1]['job']}")).json()
    assert (last["document"], last["options"]["max_tokens"]) == (items[-1]["document"], 64)
    assert last["parsing"]["ocr"] == "never"
    document = (await client.get(f"/v1/documents/{items[-1]['document']}")).json()
    assert (await storage.fetch(document["sha256"])).read_bytes() == files[-1][1]
    assert (await job_of(sessions, items[0]["job"])).priority == PATIENT


async def test_items_say_what_is_otherwise_for_files_by_place(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    entries = [
        {},
        {"options": {"strategy": "recursive"}, "external_id": "mine", "priority": "interactive"},
        {"parsing": {"ocr": "always"}},
    ]
    taken = await send(client, texts(3), options=OPTIONS, parsing={"ocr": "never"}, items=entries)
    items = await items_of(client, taken.json()["id"])
    jobs = [(await client.get(f"/v1/jobs/{item['job']}")).json() for item in items]
    assert [job["options"]["strategy"] for job in jobs] == ["sentence", "recursive", "sentence"]
    assert [job["parsing"]["ocr"] for job in jobs] == ["never", "never", "always"]
    assert [item["external_id"] for item in items] == [None, "mine", None]
    priorities = [(await job_of(sessions, item["job"])).priority for item in items]
    assert priorities == [PATIENT, FIRST, PATIENT]


async def test_items_say_it_by_name_too_and_the_others_keep_what_is_common(
    client: httpx2.AsyncClient,
) -> None:
    entries = [{"name": "2.txt", "external_id": "two"}, {"name": "folder/0.txt", "external_id": "zero"}]
    taken = await send(client, texts(4), items=entries)
    items = await items_of(client, taken.json()["id"])
    assert [item["external_id"] for item in items] == ["zero", None, "two", None]


BAD: dict[str, tuple[dict[str, Any], int, str, str]] = {
    "no JSON": ({"items": "["}, 422, "invalid_request", "/items"),
    "no list": ({"items": {}}, 422, "invalid_request", "/items"),
    "no object": ({"items": [{}, {}, 3]}, 422, "invalid_request", "/items/2"),
    "an unknown member": ({"items": [{}, {"option": {}}, {}]}, 422, "invalid_request", "/items/1/option"),
    "an unknown option": (
        {"items": [{}, {}, {"options": {"max_token": 3}}]},
        *(422, "invalid_options", "/items/2/options/max_token"),
    ),
    "an option that is none": (
        {"items": [{}, {"options": {"max_tokens": -1}}, {}]},
        *(422, "invalid_options", "/items/1/options/max_tokens"),
    ),
    "parsing that is none": (
        {"items": [{"parsing": {"ocr": "perhaps"}}, {}, {}]},
        *(422, "invalid_options", "/items/0/parsing/ocr"),
    ),
    "text that no row can hold": (
        {"items": [{}, {}, {"options": {"tokenizer": "hf:\0"}}]},
        *(422, "invalid_request", "/items/2/options/tokenizer"),
    ),
    "an empty name of its own": (
        {"items": [{}, {"external_id": ""}, {}]},
        *(422, "invalid_request", "/items/1/external_id"),
    ),
    "a name that cannot be kept": (
        {"items": [{}, {"external_id": "a\0"}, {}]},
        *(422, "invalid_input", "/items/1/external_id"),
    ),
    "a name of its own twice": (
        {"items": [{"external_id": "a"}, {}, {"external_id": "a"}]},
        *(422, "invalid_request", "/items/2/external_id"),
    ),
    "no priority": ({"items": [{"priority": "now"}, {}, {}]}, 422, "invalid_request", "/items/0/priority"),
    "an address for one": (
        {"items": [{}, {"options": {"webhook_url": "http://127.0.0.1:9999/"}}, {}]},
        *(422, "invalid_request", "/items/1/options/webhook_url"),
    ),
    "fewer entries": ({"items": [{}, {}]}, 422, "invalid_request", "/file/2"),
    "more entries": ({"items": [{}] * 5}, 422, "invalid_request", "/items/3"),
    "no entries": ({"items": []}, 422, "invalid_request", "/file/0"),
    "more entries than files may be": ({"items": [{}] * 1001}, 422, "too_many_files", "/items"),
    "a name of no file": (
        {"items": [{"name": "1.txt"}, {"name": "9.txt"}]},
        422,
        "invalid_request",
        "/items/1",
    ),
    "a name twice": (
        {"items": [{"name": "1.txt"}, {"name": "a/1.txt"}]},
        *(422, "invalid_request", "/items/1/name"),
    ),
    "names for some": ({"items": [{"name": "1.txt"}, {}]}, 422, "invalid_request", "/items/1/name"),
    "a name too long": ({"items": [{"name": "x" * 300}]}, 422, "invalid_input", "/items/0/name"),
    "a bad common option": ({"options": {"max_tokens": 0}}, 422, "invalid_options", "/options/max_tokens"),
    "bad common parsing": ({"parsing": {"ocr": 3}}, 422, "invalid_options", "/parsing/ocr"),
    "a bad common priority": ({"priority": "now"}, 422, "invalid_request", "/priority"),
    "a bad address": ({"webhook_url": "ftp://x/"}, 422, "target_refused", "/webhook_url"),
    "an unknown part": ({"external_id": "x"}, 422, "invalid_request", ""),
}


async def test_what_is_wrong_with_one_refuses_all_and_is_pointed_at(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    for what, (fields, status, code, where) in BAD.items():
        refused = await send(client, texts(3), headers=KEY, **fields)
        assert (refused.status_code, refused.json()["code"]) == (status, code), what
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [where], what
    for table in (BatchRecord, DocumentRecord, JobRecord, EndpointRecord):
        assert await count_of(sessions, table) == 0
    assert (await send(client, texts(3), headers=KEY)).status_code == 202, "the key is free again"


async def test_two_files_of_a_name_that_an_entry_has_are_refused(client: httpx2.AsyncClient) -> None:
    refused = await send(client, [("a.txt", b"1"), ("b/a.txt", b"2")], items=[{"name": "a.txt"}])
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/file/1")


async def test_a_repeated_call_gets_the_first_answer_and_changes_nothing(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    first = await send(client, texts(5), headers=KEY)
    await client.post(f"{first.headers['location']}/cancel")
    again = await send(client, texts(5), headers=KEY)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert [await count_of(sessions, table) for table in (BatchRecord, JobRecord)] == [1, 5]
    for other in (texts(4), texts(5)[::-1], [*texts(4), ("4.txt", b"Other.")]):
        refused = await send(client, other, headers=KEY)
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    refused = await send(client, texts(5), headers=KEY, items=[{"priority": "bulk"}, *[{}] * 4])
    assert refused.json()["code"] == "idempotency_key_reused"


async def test_without_a_key_equal_files_find_their_jobs(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    single = (await client.post("/v1/documents", files={"file": texts(4)[3]})).json()
    batches = [await send(client, texts(4)), await send(client, [*texts(4)[::-1], texts(1)[0]])]
    first, second = [await items_of(client, taken.json()["id"]) for taken in batches]
    jobs = [item["job"] for item in first]
    assert jobs[3] == single["id"]
    assert [item["job"] for item in second] == [*jobs[::-1], jobs[0]]
    assert await count_of(sessions, JobRecord) == await count_of(sessions, DocumentRecord) == 4


async def test_calls_at_the_same_moment_make_each_document_once(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    files = texts(20)
    entries = [{"name": name, "external_id": name} for name, _ in files[::2]]
    answers = await asyncio.gather(
        *(send(client, files[::step], items=entries[::step]) for step in (1, -1, 1, -1)),
        *(client.post("/v1/documents", files={"file": file}) for file in files[1::4]),
    )
    assert {answer.status_code for answer in answers} == {202}
    assert await count_of(sessions, DocumentRecord) == await count_of(sessions, JobRecord) == 20


async def test_how_items_stand_is_what_their_jobs_say(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    taken = await send(client, texts(5))
    batch = taken.json()["id"]
    jobs = [item["job"] for item in await items_of(client, batch)]
    claims = [await take(sessions, job) for job in jobs[:3]]
    async with sessions.begin() as session:
        await complete(session, claims[0], chunk_set(claims[0]))
    async with sessions.begin() as session:
        await fail(session, claims[1], Failure("encrypted", "It is encrypted.", False, "parsing"))
    await client.delete(f"/v1/documents/{(await items_of(client, batch))[4]['document']}")
    shown = (await client.get(taken.headers["location"])).json()
    assert shown["counts"] == counts(succeeded=1, failed=1, running=1, queued=1, deleted=1)
    assert (shown["state"], shown["documents"]) == ("running", 5)
    items = await items_of(client, batch)
    assert [item["state"] for item in items] == ["succeeded", "failed", "running", "queued", "deleted"]
    assert [item["failure"] and item["failure"]["code"] for item in items] == [None, "encrypted", *[None] * 3]
    (only,) = await items_of(client, batch, state="failed", limit=1)
    assert only == items[1]
    assert [item["index"] for item in await items_of(client, batch, state="deleted")] == [4]


async def test_cancelling_ends_what_waits_and_asks_what_runs(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    taken = await send(client, [*texts(4), texts(1)[0]])
    jobs = [item["job"] for item in await items_of(client, taken.json()["id"])]
    await take(sessions, jobs[1])
    for _ in range(2):
        answer = await client.post(f"{taken.headers['location']}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (202, "running")
        assert answer.json()["counts"] == counts(cancelled=4, cancelling=1)


async def test_a_caller_may_wait_and_ask_for_what_is_new_only(client: httpx2.AsyncClient) -> None:
    taken = await send(client, texts(1))
    where = taken.headers["location"]
    first = await client.get(where)
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await client.get(where, headers=tag)).status_code == 304
    waiting = asyncio.create_task(client.get(where, params={"wait": 30}, headers=tag))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    await client.post(f"{where}/cancel")
    answer = await waiting
    assert (answer.status_code, answer.json()["state"]) == (200, "completed")
    assert "retry-after" not in answer.headers
    assert answer.headers["etag"] != first.headers["etag"]


async def test_batches_are_listed_newest_first(client: httpx2.AsyncClient) -> None:
    made = [(await send(client, texts(n))).json()["id"] for n in (1, 2, 3)]
    page = await client.get("/v1/batches", params={"limit": 2})
    rest = await client.get("/v1/batches", params={"cursor": page.json()["next_cursor"]})
    assert [batch["id"] for batch in page.json()["data"] + rest.json()["data"]] == made[::-1]
    assert [batch["documents"] for batch in page.json()["data"]] == [3, 2]
    tag = {"If-None-Match": rest.headers["etag"]}
    assert (await client.get(str(rest.request.url), headers=tag)).status_code == 304


async def test_a_cursor_of_something_else_is_none(client: httpx2.AsyncClient) -> None:
    path = f"/v1/batches/{(await send(client, texts(2))).json()['id']}/items"
    good = (await client.get(path, params={"limit": 1})).json()["next_cursor"]
    for cursor in ("x", f"{good}A", "WyJhIl0", "WzEuNV0", "Wy0xXQ", "WzEsMl0"):
        answer = await client.get(path, params={"cursor": cursor})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_cursor")


async def test_another_tenant_finds_neither_batch_nor_items(
    client: httpx2.AsyncClient, sessions: Sessions, new_key: NewKey
) -> None:
    async with sessions.begin() as session:
        await create_tenant(session, "other")
    where = (await send(client, texts(1))).headers["location"]
    theirs = await new_key("other")
    for path in (where, f"{where}/items"):
        assert (await client.get(path, headers=theirs)).status_code == 404
    assert (await client.post(f"{where}/cancel", headers=theirs)).status_code == 404
    assert (await client.get("/v1/batches", headers=theirs)).json()["data"] == []
    async with sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM jobs WHERE state = 'queued'")) == 1
