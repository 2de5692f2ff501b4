"""What an installation in containers must do, whoever looks at it."""

import io
import secrets
import time
from typing import Any

import httpx2
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.compose.conftest import PATIENCE, System

SERVICES = {"api", "worker", "beat", "postgres", "redis"}
SENTENCE = "The supplier delivers the goods to the port of Hamburg."

pytestmark = [pytest.mark.compose, pytest.mark.timeout(2 * PATIENCE)]


def two_page_pdf() -> bytes:
    """A real PDF with one sentence on each page."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    for page in (1, 2):
        canvas.drawString(72, 700, f"{SENTENCE} This is page {page}.")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def upload(client: httpx2.Client, name: str, data: bytes) -> dict[str, Any]:
    """Uploads and waits for the end of the job; gives the job."""
    accepted = client.post("/v1/documents", files={"file": (name, data)}, data={"options": "{}"})
    assert accepted.status_code == 202, accepted.text
    location = accepted.headers["location"]
    deadline = time.monotonic() + PATIENCE
    while (job := client.get(location, params={"wait": 10}).json())["state"] not in {"succeeded", "failed"}:
        assert time.monotonic() < deadline, job
    return dict(job)


def test_every_service_runs_and_none_of_ours_is_root(system: System) -> None:
    assert system.running() == SERVICES
    assert system.in_api("id", "-u").stdout.strip() == "10001"


def test_the_root_file_system_cannot_be_written(system: System) -> None:
    refused = system.in_api("touch", "/app/api/changed.py", check=False)
    assert refused.returncode != 0
    assert "Read-only file system" in refused.stdout + refused.stderr


def test_a_request_without_a_key_is_refused(system: System) -> None:
    assert httpx2.get(f"{system.url}/v1/documents").status_code == 401


def test_an_uploaded_pdf_comes_back_as_chunks_and_outlives_a_restart(
    system: System, client: httpx2.Client
) -> None:
    job = upload(client, "contract.pdf", two_page_pdf())
    assert job["state"] == "succeeded", job
    path = f"/v1/documents/{job['document']}/chunks"
    chunks = client.get(path).json()["data"]
    assert SENTENCE in " ".join(chunk["text"] for chunk in chunks)
    assert {page for chunk in chunks for page in chunk["pages"]} == {1, 2}

    system.compose("down", "--timeout", "20")
    system.compose("up", "--wait")
    assert client.get(path).json()["data"] == chunks


def test_a_damaged_file_fails_with_a_typed_error(client: httpx2.Client) -> None:
    job = upload(client, "broken.pdf", b"%PDF-1.7\n" + secrets.token_bytes(2000))
    assert job["state"] == "failed"
    assert job["failure"]["code"] == "corrupt"
    assert job["failure"]["retryable"] is False
