"""P7 and A7: five hundred strings that break software, from the upload to the chunks."""

import json
from collections.abc import Sequence
from html import escape
from pathlib import PurePath
from typing import Any

import httpx2
import pytest

from api.uploads import UNNAMED
from services.extraction.cleaning import UNWANTED
from services.infra.config import Settings
from services.infra.plain import is_plain
from tests.hostile.naughty import EVERY
from tests.integration.api.conftest import Worker
from tests.integration.api.test_forms import BOUNDARY, FORM

OPTIONS = {"strategy": "recursive", "tokenizer": "characters", "max_tokens": 64, "heading_context": True}
AS_BROWSERS_DO = {ord('"'): "%22", ord("\r"): "%0D", ord("\n"): "%0A"}


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def media_type(text: str) -> bytes:
    """What of the string a header may hold; nobody looks at it."""
    return utf8("".join(char for char in text if char.isprintable())[:200])


def form(text: str) -> bytes:
    """The string as file name, media type, external id, title, heading and text."""
    name = text.translate(AS_BROWSERS_DO)
    inner = escape(text)
    page = f"<!doctype html><meta charset=utf-8><title>{inner}</title><h1>{inner}</h1><p>{inner}<p>Text."
    parts = [
        (b'name="options"', json.dumps(OPTIONS).encode()),
        (b'name="external_id"', utf8(text)),
        (b'name="file"; filename="%s"\r\nContent-Type: %s' % (utf8(name), media_type(text)), utf8(page)),
    ]
    mark = BOUNDARY.encode()
    pieces = [b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (mark, *part) for part in parts]
    return b"".join(pieces) + b"--%s--\r\n" % mark


def check_refusal(response: httpx2.Response, text: str) -> None:
    """Nothing but what no row can hold, or what is longer than a header or a name may be."""
    assert response.status_code in {400, 422}, (text, response.text)
    assert not is_plain(text) or len(utf8(text)) > 200 or text == "", (text, response.text)


def check_name(name: str, text: str) -> None:
    """As it was given, without folders; no path can be made of it."""
    assert is_plain(name)
    assert "/" not in name
    if not set(text) & set('\\/"\r\n'):
        assert name == (text.strip() or UNNAMED)


def check_failure(code: str, text: str) -> None:
    """A name that promises PDF or Word, or a text with so many controls that it is taken for none."""
    if code == "unsupported_type":
        assert UNWANTED.search(text), text
    else:
        assert (code, PurePath(text.strip()).suffix.lower()) == ("type_mismatch", ".pdf"), text


async def check_chunks(client: httpx2.AsyncClient, job: dict[str, Any], text: str) -> None:
    """Every chunk is what stands at its spans, and together they leave nothing out."""
    parsed = (await client.get(f"/v1/documents/{job['document']}/parsed")).json()
    chunks = (await client.get(f"/v1/documents/{job['document']}/chunks")).json()["data"]
    whole = parsed["text"]
    for chunk in chunks:
        assert chunk["text"] == "".join(whole[start:end] for start, end in chunk["spans"]), text
        assert chunk["tokens"] <= OPTIONS["max_tokens"]
    held = {at for chunk in chunks for start, end in chunk["spans"] for at in range(start, end)}
    assert all(at in held or char.isspace() for at, char in enumerate(whole)), text
    assert whole.rstrip().endswith("Text.")


SHARE = 6
"""Every so manieth string goes all the way in the daily tests."""


async def test_strings_go_from_the_upload_to_the_chunks_or_are_refused_by_type(
    client: httpx2.AsyncClient, worker: Worker, settings: Settings
) -> None:
    assert await taken(client, worker, settings, EVERY[::SHARE]) >= 515 // SHARE


@pytest.mark.soak
async def test_every_string_goes_from_the_upload_to_the_chunks_or_is_refused_by_type(
    client: httpx2.AsyncClient, worker: Worker, settings: Settings
) -> None:
    assert await taken(client, worker, settings, EVERY) >= 515


async def taken(client: httpx2.AsyncClient, worker: Worker, settings: Settings, texts: Sequence[str]) -> int:
    """How many were not refused; what comes of each is checked."""
    taken = 0
    for text in texts:
        answer = await client.post("/v1/documents", content=form(text), headers={"content-type": FORM})
        if answer.status_code != 202:
            check_refusal(answer, text)
            continue
        taken += 1
        await worker.does(answer.json()["id"])
        job = (await client.get(f"/v1/jobs/{answer.json()['id']}")).json()
        document = (await client.get(f"/v1/documents/{job['document']}")).json()
        check_name(document["name"], text)
        assert document["external_id"] == text
        if job["state"] == "failed":
            check_failure(job["failure"]["code"], text)
        else:
            assert job["state"] == "succeeded", (text, job)
            await check_chunks(client, job, text)
    kept = [path for path in settings.objects_dir.rglob("*") if path.is_file()]
    assert all(len(path.name) == 64 and path.name.isalnum() for path in kept)
    return taken
