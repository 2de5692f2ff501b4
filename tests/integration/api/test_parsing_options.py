"""The form part `parsing`: checked, shown again, and part of what a document is."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.integration.api.test_uploads import faults, files, upload

DEFAULTS = {"ocr": "auto", "ocr_languages": [], "ocr_engine": "networks", "layout": "fast"}
NOT_DEFAULT: list[dict[str, Any]] = [
    {"ocr": "never"},
    {"ocr": "always"},
    {"layout": "model"},
    {"ocr_languages": ["de"]},
    {"ocr_engine": "tesseract"},
]


async def asked(client: httpx2.AsyncClient, parsing: dict[str, Any] | None, **fields: Any) -> dict[str, Any]:
    """The job of an upload with these options."""
    part: dict[str, Any] = {} if parsing is None else {"parsing": json.dumps(parsing)}
    response = await upload(client, **part, **fields)
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    return job


@pytest.mark.parametrize(
    "parsing",
    [None, {}, *NOT_DEFAULT, {"ocr": "auto", "ocr_languages": ["de", "en"], "layout": "auto"}],
    ids=str,
)
async def test_the_job_shows_how_its_document_is_read(
    client: httpx2.AsyncClient, parsing: dict[str, Any] | None
) -> None:
    job = await asked(client, parsing)
    assert job["parsing"] == {**DEFAULTS, **(parsing or {})}
    assert (await client.get(f"/v1/jobs/{job['id']}")).json()["parsing"] == job["parsing"]


@pytest.mark.parametrize(
    ("parsing", "pointer", "code"),
    [
        ("{", "/parsing", "invalid_request"),
        ("[]", "/parsing", "invalid_request"),
        ('"auto"', "/parsing", "invalid_request"),
        ('{"ocr": "sometimes"}', "/parsing/ocr", "invalid_options"),
        ('{"ocr": null}', "/parsing/ocr", "invalid_options"),
        ('{"ocr_engine": "abbyy"}', "/parsing/ocr_engine", "invalid_options"),
        ('{"layout": "slow"}', "/parsing/layout", "invalid_options"),
        ('{"ocr_languages": "de"}', "/parsing/ocr_languages", "invalid_options"),
        ('{"ocr_languages": ["de", "German"]}', "/parsing/ocr_languages/1", "invalid_options"),
        (json.dumps({"ocr_languages": ["de"] * 17}), "/parsing/ocr_languages", "invalid_options"),
        ('{"ocr_language": ["de"]}', "/parsing/ocr_language", "invalid_options"),
        ('{"ocr~/": 1}', "/parsing/ocr~0~1", "invalid_options"),
        ('{"ocr": "\\ud800"}', "/parsing/ocr", "invalid_request"),
        ('{"ocr": "auto\\u0000"}', "/parsing/ocr", "invalid_request"),
    ],
)
async def test_a_mistake_is_pointed_at_and_costs_no_byte_of_storage(
    client: httpx2.AsyncClient, tmp_path: Path, parsing: str, pointer: str, code: str
) -> None:
    response = await upload(client, parsing=parsing)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert faults(response) == [pointer]
    assert not files(tmp_path)


async def test_options_of_one_kind_are_no_options_of_the_other(client: httpx2.AsyncClient) -> None:
    cutting = await upload(client, parsing='{"max_tokens": 300}')
    reading = await upload(client, options='{"ocr": "never"}')
    assert [cutting.status_code, reading.status_code] == [422, 422]
    assert [*faults(cutting), *faults(reading)] == ["/parsing/max_tokens", "/options/ocr"]


async def test_the_part_is_taken_once(client: httpx2.AsyncClient) -> None:
    parts: list[tuple[str, Any]] = [("parsing", (None, b"{}"))] * 2 + [("file", ("a.txt", b"text"))]
    assert (await client.post("/v1/documents", files=parts)).status_code == 422


async def test_the_same_options_written_otherwise_are_the_same_upload(client: httpx2.AsyncClient) -> None:
    written: tuple[dict[str, Any] | None, ...] = (None, {}, DEFAULTS)
    jobs = [await asked(client, parsing) for parsing in written]
    assert len({job["id"] for job in jobs}) == 1
    languages = [["de", "en"], ["en", "de"], ["en", "de", "en"]]
    jobs = [await asked(client, {"ocr_languages": given}) for given in languages]
    assert len({job["id"] for job in jobs}) == 1


async def test_other_options_are_another_document(client: httpx2.AsyncClient) -> None:
    jobs = [await asked(client, parsing) for parsing in (None, *NOT_DEFAULT)]
    assert len({job["id"] for job in jobs}) == len({job["document"] for job in jobs}) == len(jobs)


async def test_under_one_external_id_other_options_are_another_job(client: httpx2.AsyncClient) -> None:
    first = await asked(client, None, external_id="contracts/1")
    second = await asked(client, {"ocr": "never"}, external_id="contracts/1")
    again = await asked(client, {"ocr": "never"}, external_id="contracts/1")
    assert first["document"] == second["document"]
    assert first["id"] != second["id"] == again["id"]


async def test_an_idempotency_key_is_not_used_for_other_options(client: httpx2.AsyncClient) -> None:
    client.headers["Idempotency-Key"] = '"read once"'
    job = await asked(client, {"ocr": "never"})
    assert (await asked(client, {"ocr": "never", "layout": "fast"}))["id"] == job["id"]
    other = await upload(client, parsing='{"ocr": "always"}')
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_document_is_cut_again_as_it_was_read(client: httpx2.AsyncClient) -> None:
    job = await asked(client, {"ocr": "never"})
    again = await client.post(f"/v1/documents/{job['document']}/chunks", json={"max_tokens": 64})
    assert again.status_code == 202
    assert again.json()["parsing"] == {**DEFAULTS, "ocr": "never"}


async def test_the_openapi_schema_lists_every_option(client: httpx2.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()["components"]["schemas"]["ParsingOptions"]
    assert {name: of["default"] for name, of in schema["properties"].items()} == DEFAULTS
    assert schema["additionalProperties"] is False
