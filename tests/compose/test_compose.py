"""The whole system in containers, as `docker compose up --build --wait` starts it: `make test-compose`."""

import io
import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.support import source
from tests.support.redis import free_port

WANTED = os.environ.get("KERF_TEST_COMPOSE") == "1"
START_SECONDS = 900
SERVICES = {"api", "worker", "beat", "postgres", "redis"}
SENTENCE = "The supplier delivers the goods to the port of Hamburg."

pytestmark = [pytest.mark.compose, pytest.mark.timeout(1200)]


def engine_answers() -> bool:
    """Whether a Docker engine with Compose can be used here."""
    try:
        subprocess.run(["docker", "info"], capture_output=True, check=True, timeout=20)
        subprocess.run(["docker", "compose", "version"], capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


@dataclass(frozen=True)
class System:
    """One compose project with names, a port and volumes of its own."""

    project: str = field(default_factory=lambda: f"kerf-test-{secrets.token_hex(4)}")
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs `docker compose` on this project; on failure its output is in the error."""
        environment = {**os.environ, "PUBLISH": f"127.0.0.1:{self.port}", "IMAGE_TAG": "test"}
        command = ["docker", "compose", "--project-name", self.project, *arguments]
        done = subprocess.run(
            command,
            cwd=source.ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert not check or done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done

    def in_api(self, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs a command inside the running API container."""
        return self.compose("exec", "--no-TTY", "api", *command, check=check)


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Built, started and answering; removed with its volumes afterwards."""
    if not WANTED:
        pytest.skip("set KERF_TEST_COMPOSE=1, or run: make test-compose")
    if not engine_answers():
        pytest.skip("no Docker engine answers")
    running = System()
    try:
        started = running.compose("up", "--build", "--wait", check=False)
        assert started.returncode == 0, started.stderr + running.compose("logs", "--no-color").stdout
        yield running
    finally:
        running.compose("down", "--volumes", "--timeout", "20", check=False)


@pytest.fixture(scope="module")
def client(system: System) -> Iterator[httpx2.Client]:
    """A client with a key made by the command line inside the API's container."""
    key = system.in_api("kerf", "keys", "create", "compose-test").stdout.split()[-1]
    with httpx2.Client(
        base_url=system.url, headers={"Authorization": f"Bearer {key}"}, timeout=60
    ) as connected:
        yield connected


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
    deadline = time.monotonic() + 120
    while (job := client.get(location, params={"wait": 10}).json())["state"] not in {"succeeded", "failed"}:
        assert time.monotonic() < deadline, job
    return dict(job)


def test_every_service_runs_and_none_of_ours_is_root(system: System) -> None:
    listing = system.compose("ps", "--format", "json").stdout
    running = {
        entry["Service"] for line in listing.splitlines() if (entry := json.loads(line))["State"] == "running"
    }
    assert running == SERVICES
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
