"""`kerf up` as a process, spoken to over HTTP."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2

READY = "Kerf is ready at "
START_SECONDS = 100.0
STOP_SECONDS = 100.0


class Standing:
    """A running `kerf up`."""

    def __init__(self, process: "subprocess.Popen[str]", url: str, log: Path) -> None:
        self.process = process
        self.log = log
        self.client = httpx2.Client(base_url=url, timeout=40)

    def upload(self, name: str, data: bytes, **headers: str) -> httpx2.Response:
        """The answer to an upload with default options."""
        return self.client.post("/v1/documents", files={"file": (name, data)}, headers=headers)

    def job_after(self, upload: httpx2.Response) -> dict[str, Any]:
        """The job as it stands when it is final."""
        assert upload.status_code == 202, upload.text
        job: dict[str, Any] = {"id": upload.json()["id"], "state": "queued"}
        while job["state"] in {"queued", "running", "cancelling"}:
            job = self.client.get(f"/v1/jobs/{job['id']}", params={"wait": 30}).json()
        return job

    def chunks_of(self, document: str) -> list[dict[str, Any]]:
        """The first page of a document's chunks."""
        answer = self.client.get(f"/v1/documents/{document}/chunks")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["data"]
        return items

    def stop(self, number: int = signal.SIGTERM) -> int:
        """The exit code after a signal to the process alone, as a service manager sends it."""
        self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def standing(data: Path, *arguments: str, **settings: str) -> Iterator[Standing]:
    """`kerf up` on a free port until the end of the block, killed as a group if it still runs."""
    log = data.parent / "up.log"
    with log.open("a") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up", "--data", str(data), "--port", "0", *arguments],
            env={**os.environ, "KERF_LEASE_SECONDS": "3", "KERF_LOG_FORMAT": "json", **settings},
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
            start_new_session=True,
        )
    try:
        made = Standing(process, url_from(process, log), log)
        with made.client:
            yield made
    finally:
        if process.returncode is None:  # else its number may be another's by now
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=STOP_SECONDS)


def url_from(process: "subprocess.Popen[str]", log: Path) -> str:
    """What the first line on standard output announces; raises with the log when it does not come."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith(READY), log.read_text()
    return line.removeprefix(READY)
