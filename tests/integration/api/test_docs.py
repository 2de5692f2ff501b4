"""The examples of docs/api.md that read a document, sent as they are written to the API and a worker."""

import json
import re
import shlex
from typing import Any

import httpx2

from models.document import BlockKind
from models.options import LayoutMode, OcrEngine, OcrMode, ParsingOptions
from tests.integration.api.conftest import Worker
from tests.support.drawn import picture, scan
from tests.support.source import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BASE = "http://127.0.0.1:8000"


def section(title: str = "How a document is read") -> str:
    """What the page says of parsing, or of something else."""
    return PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def block(language: str, *title: str) -> str:
    """The first example in that language."""
    found = re.search(rf"```{language}\n(.*?)```", section(*title), re.DOTALL)
    assert found is not None
    return found[1]


async def sent(client: httpx2.AsyncClient, command: str, data: bytes, **names: str) -> httpx2.Response:
    """A curl command as a request; files are `data`."""
    for name, value in names.items():
        command = command.replace(name, value)
    words = shlex.split(command)
    assert words.pop(0) == "curl"
    address = words.pop().removeprefix(BASE)
    parts: list[tuple[str, Any]] = []
    while words:
        assert words.pop(0) == "-F"
        name, value = words.pop(0).split("=", 1)
        parts.append((name, (value[1:], data) if value.startswith("@") else (None, value)))
    return await (client.post(address, files=parts) if parts else client.get(address))


async def test_the_examples_of_reading_do_what_the_page_says(
    client: httpx2.AsyncClient, worker: Worker
) -> None:
    upload, follow, read = block("sh").splitlines()
    data = scan(picture())
    job = (await sent(client, upload, data)).json()
    assert job["parsing"] == {
        "ocr": "always",
        "ocr_languages": [],
        "ocr_engine": "networks",
        "layout": "auto",
    }
    assert (await sent(client, read, data, DOCUMENT_ID=job["document"])).status_code == 404
    await worker.does(job["id"])
    ended = (await sent(client, follow, data, JOB_ID=job["id"])).json()
    assert ended["state"] == "succeeded", ended
    parsed = (await sent(client, read, data, DOCUMENT_ID=ended["document"])).json()
    assert "Section 12 applies" in parsed["text"]
    assert parsed["pages"][0]["confidence"] > 0.9
    shown = json.loads(block("json"))
    assert shown.keys() <= parsed.keys()
    for name in ("pages", "blocks"):
        assert shown[name][0].keys() <= parsed[name][0].keys()


async def test_the_examples_of_batches_do_what_the_page_says(client: httpx2.AsyncClient) -> None:
    lines = block("sh", "Many documents in one call").replace("\\\n", "").splitlines()
    send, follow, ask = [line.partition(" #")[0] for line in lines]
    batch = (await sent(client, send, b"text")).json()
    assert batch["documents"] == 3
    assert (await client.post(f"/v1/batches/{batch['id']}/cancel")).status_code == 202
    ended = (await sent(client, follow, b"", BATCH_ID=batch["id"])).json()
    assert (ended["state"], ended["counts"]["cancelled"]) == ("completed", 3)
    assert (await sent(client, ask, b"", BATCH_ID=batch["id"])).json()["data"] == []


async def test_what_must_not_be_is_pointed_at_as_the_page_says(client: httpx2.AsyncClient) -> None:
    command = block("sh").splitlines()[0].replace("always", "perhaps")
    answer = (await sent(client, command, b"text")).json()
    assert answer["code"] in section()
    assert f'"pointer": "{answer["errors"][0]["pointer"]}"' in section()


def test_the_page_names_every_option_and_every_kind_of_block() -> None:
    for name in (*ParsingOptions.model_fields, *OcrMode, *OcrEngine, *LayoutMode, *BlockKind):
        assert f"`{name}`" in section(), name
