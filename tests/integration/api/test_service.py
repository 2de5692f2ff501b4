"""Probes, metrics, version, strategies, and what the OpenAPI document promises."""

import subprocess
import sys
from importlib.metadata import version

import httpx2
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from api.app import create_app
from models.chunk import PROFILE
from services.infra.config import Settings
from services.infra.database import make_engine
from services.infra.migrate import known
from services.jobs.presence import Instance, Role, appear
from services.segmentation.registry import STRATEGIES
from tests.integration.api import scene
from tests.integration.api.conftest import Sessions
from tests.integration.api.serving import client_of
from tests.make import LEASE
from tests.part_rows import planned, take_range

HEAVY = {
    "celery",
    "kombu",
    "redis",
    "pymupdf",
    "tokenizers",
    "onnxruntime",
    "nupunkt",
    "numpy",
    "lxml",
    "docx",
}


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_api_loads_neither_a_broker_nor_anything_that_reads_documents() -> None:
    program = f"""
import sys
from api.app import create_app
from services.infra.config import Settings
create_app(Settings(database_url="postgresql://db/kerf")).openapi()
print(*sorted({HEAVY!r} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


async def test_a_ready_service_says_so(client: httpx2.AsyncClient) -> None:
    response = await client.get("/readyz")
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "schema": "ok", "storage": "ok"},
    }


async def test_a_database_without_our_schema_is_not_ready(
    settings: Settings, empty_database_url: str
) -> None:
    empty = settings.model_copy(
        update={"database_url": Settings(database_url=empty_database_url).database_url}
    )
    async with client_of(create_app(empty)) as client:
        response = await client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["database"] == "ok"
    assert response.json()["checks"]["schema"].startswith("at nothing, needs ")


async def test_the_schema_of_a_later_version_is_ready_and_that_of_an_earlier_one_is_not(
    settings: Settings, database_url: str
) -> None:
    ours = settings.model_copy(update={"database_url": Settings(database_url=database_url).database_url})
    earlier = known()[1]
    engine = make_engine(database_url)
    async with client_of(create_app(ours)) as client:
        for revision, status in (("of tomorrow", 200), (earlier, 503)):
            async with engine.begin() as connection:
                await connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
            assert (await client.get("/readyz")).status_code == status
    await engine.dispose()


async def test_the_queue_is_measured_by_state(client: httpx2.AsyncClient, sessions: Sessions) -> None:
    await scene.queued(sessions)
    await scene.claimed(sessions, await scene.queued(sessions))
    await scene.finished(sessions)
    found = samples((await client.get("/metrics")).text)
    assert found["kerf_database_up",] == 1
    assert [found["kerf_jobs", state] for state in ("queued", "running", "cancelling")] == [1, 1, 0]
    assert 0 < found["kerf_jobs_oldest_age_seconds", "queued"] < 3600
    assert ("kerf_jobs", "succeeded") not in found
    assert [found["kerf_ranges", state] for state in ("queued", "running")] == [0, 0]


async def test_page_ranges_and_those_who_are_there_are_counted(
    client: httpx2.AsyncClient, sessions: Sessions
) -> None:
    await take_range(sessions, (await planned(sessions))[0])
    async with sessions.begin() as session:
        await appear(session, Instance.new(Role.WORKER), lease=LEASE)
    found = samples((await client.get("/metrics")).text)
    assert [found["kerf_ranges", state] for state in ("queued", "running")] == [2, 1]
    assert [found["kerf_instances", role] for role in ("worker", "beat")] == [1, 0]


async def test_requests_are_counted_by_route_and_not_by_id(client: httpx2.AsyncClient) -> None:
    for name in ("a", "b"):
        await client.get(f"/v1/documents/doc_{name}")
        await client.get(f"/nowhere/{name}")
    found = samples((await client.get("/metrics")).text)
    assert found["kerf_http_requests_total", "GET", "/v1/documents/{document_id}", "404"] == 2
    assert found["kerf_http_requests_total", "GET", "unmatched", "404"] == 2
    assert found["kerf_http_request_duration_seconds_count", "GET", "unmatched"] == 2


async def test_refusals_are_counted_by_reason(anonymous: httpx2.AsyncClient) -> None:
    await anonymous.get("/v1/documents")
    found = samples((await anonymous.get("/metrics")).text)
    assert found["kerf_http_problems_total", "unauthenticated", "401"] == 1
    assert 0 < found["kerf_storage_bytes", "free"] < found["kerf_storage_bytes", "all"]


async def test_the_version_is_that_of_the_package(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/version")).json() == {
        "name": "kerf",
        "version": version("kerf"),
        "profile": PROFILE,
    }


async def test_every_strategy_is_described(client: httpx2.AsyncClient) -> None:
    found = (await client.get("/v1/strategies")).json()["data"]
    assert [strategy["name"] for strategy in found] == list(STRATEGIES)
    assert all("max_tokens" in strategy["options_schema"]["properties"] for strategy in found)


async def test_the_document_is_the_one_that_is_served(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert document["info"]["license"]["identifier"] == "AGPL-3.0-or-later"
    assert document["servers"]
    assert set(document["components"]["securitySchemes"]) == {"ApiKeyBearer", "ApiKeyHeader"}


async def test_every_operation_has_a_name_a_model_and_its_errors(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    names = set()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            names.add(operation["operationId"])
            assert operation["summary"]
            assert operation["description"]
            assert operation["tags"]
            good = {status: made for status, made in operation["responses"].items() if status < "300"}
            bad = {status: made for status, made in operation["responses"].items() if status >= "400"}
            assert len(good) == (2 if operation["operationId"] == "follow_job" else 1)
            bare = path.startswith("/v1/uploads")  # tus says everything in headers
            assert bare or all("content" in made or status == "204" for status, made in good.items())
            assert "500" in bad
            assert all([*made["content"]] == ["application/problem+json"] for made in bad.values())
            if path.startswith("/v1"):
                assert {"401", "503"} <= set(bad)
                assert operation["security"]
    assert len(names) == sum(len(methods) for methods in document["paths"].values())


async def test_what_cannot_be_guessed_is_spelled_out(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    upload = document["paths"]["/v1/documents"]["post"]
    form = upload["requestBody"]["content"]["multipart/form-data"]
    chunks = document["paths"]["/v1/documents/{document_id}/chunks"]["get"]["responses"]["200"]
    assert form["schema"]["properties"]["options"]["$ref"] == "#/components/schemas/Options"
    told = {"Location", "Retry-After", "Idempotency-Replayed"}
    assert set(upload["responses"]["202"]["headers"]) == told
    assert set(chunks["content"]) == {"application/json", "application/x-ndjson"}
    assert document["components"]["schemas"]["Options"]["anyOf"]


async def test_every_reference_in_the_document_leads_somewhere(client: httpx2.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    pending, seen = [document], 0
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            if isinstance(reference := item.get("$ref"), str):
                seen += 1
                assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    assert seen > 50
