"""P2: a document without text is one that says so, on every way to look at it; never a silent success."""

import json
from typing import Any

import httpx2
import pytest

from tests.hostile.pdfs import page, pdf, shown, stream
from tests.integration.api.conftest import Sessions, Worker
from tests.integration.api.test_uploads import upload
from tests.rows import events_of
from tests.support.drawn import encoded, picture, scan

OPTIONS = json.dumps({"strategy": "recursive", "tokenizer": "words", "max_tokens": 64})
BLANK = page(stream(b""))
RULED = page(stream(b"72 700 400 1 re f 72 600 400 90 re S\n"))
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
BLANKS = pdf([CATALOG, b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>", PAGE, PAGE, PAGE])
SPACES = page(stream(shown(b"   ")))
EMPTY_PICTURE = scan(picture(()))
WRITTEN = scan(picture(("One line.",)))


async def read(
    client: httpx2.AsyncClient, worker: Worker, data: bytes, ocr: str, name: str = "a.pdf"
) -> dict[str, Any]:
    """The job of an upload when it has ended."""
    parsing = json.dumps({"ocr": ocr})
    answer = await upload(client, data, name=name, options=OPTIONS, parsing=parsing)
    assert answer.status_code == 202, answer.text
    await worker.does(answer.json()["id"])
    job: dict[str, Any] = (await client.get(f"/v1/jobs/{answer.json()['id']}")).json()
    return job


@pytest.mark.parametrize("ocr", ["auto", "never"])
@pytest.mark.parametrize(
    ("data", "pages"),
    [(BLANK, [1]), (RULED, [1]), (BLANKS, [1, 2, 3]), (SPACES, [1]), (EMPTY_PICTURE, [1])],
    ids=["blank", "lines", "three blank pages", "spaces", "an empty picture"],
)
async def test_a_document_without_text_says_so(
    client: httpx2.AsyncClient, worker: Worker, data: bytes, pages: list[int], ocr: str
) -> None:
    job = await read(client, worker, data, ocr)
    assert (job["state"], job["no_text"], job["failure"]) == ("succeeded", True, None)
    document = (await client.get(f"/v1/documents/{job['document']}")).json()
    manifest = document["result"]["manifest"]
    assert (document["no_text"], document["page_count"]) == (True, len(pages))
    assert (manifest["no_text"], manifest["pages"], manifest["chunks"]) == (True, len(pages), 0)
    assert set(manifest["pages_without_text"]) <= set(pages), "those that OCR might still read"
    assert (await client.get(f"/v1/documents/{job['document']}/chunks")).json()["data"] == []
    assert (await client.get(f"/v1/documents/{job['document']}/parsed")).json()["text"].strip() == ""
    (listed,) = (await client.get("/v1/documents")).json()["data"]
    assert listed["no_text"] is True


@pytest.mark.parametrize(("ocr", "no_text"), [("never", True), ("auto", False), ("always", False)])
@pytest.mark.parametrize(
    ("data", "name"), [(WRITTEN, "a.pdf"), (encoded(picture(("One line.",))), "a.png")], ids=["scan", "png"]
)
async def test_a_picture_of_text_has_text_only_where_pictures_are_read(
    client: httpx2.AsyncClient, worker: Worker, data: bytes, name: str, ocr: str, *, no_text: bool
) -> None:
    job = await read(client, worker, data, ocr, name)
    assert (job["state"], job["no_text"]) == ("succeeded", no_text)
    chunks = (await client.get(f"/v1/documents/{job['document']}/chunks")).json()["data"]
    assert [" ".join(chunk["text"].split()) for chunk in chunks] == ([] if no_text else ["One line."])


@pytest.mark.parametrize(("name", "data"), [("a.txt", b" \n\t\n"), ("a.html", b"<!doctype html><p> ")])
async def test_a_text_of_white_space_says_so_too(
    client: httpx2.AsyncClient, worker: Worker, name: str, data: bytes
) -> None:
    job = await read(client, worker, data, "auto", name)
    assert (job["state"], job["no_text"]) == ("succeeded", True)


async def test_no_page_and_no_byte_are_failures_and_a_page_with_text_is_none_of_it(
    client: httpx2.AsyncClient, worker: Worker
) -> None:
    none = pdf([CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>"])
    job = await read(client, worker, none, "auto")
    assert (job["state"], job["failure"]["code"], job["no_text"]) == ("failed", "no_pages", None)
    job = await read(client, worker, b"", "auto")
    assert (job["state"], job["failure"]["code"]) == ("failed", "empty_file")
    job = await read(client, worker, page(stream(shown())), "auto")
    assert (job["state"], job["no_text"]) == ("succeeded", False)


async def test_the_event_says_so(client: httpx2.AsyncClient, worker: Worker, sessions: Sessions) -> None:
    job = await read(client, worker, BLANK, "never")
    (event,) = await events_of(sessions, job["document"])
    body = json.loads(event.body)
    assert (body["type"], body["data"]["no_text"]) == ("document.succeeded", True)
