"""What a run of the whole service is watched by: planted secrets, its log lines, its metrics."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
from reportlab.pdfgen.canvas import Canvas

from tests.integration.webhooks.receiver import Receiver, Reply, Script

SENTENCE = "Zaphod shall deliver nine hundred walruses to Slartibartfast by Thursday."
BROKEN = f"%PDF-1.7\n{SENTENCE}\n%%EOF".encode()
NAME = "Slartibartfast.pdf"
PAGES = 2
HOOK_TOKEN = "hook-token-0123456789"
SECRET_KEY = "the planted key that seals all secrets"
READY = "Kerf is ready at "
SAMPLE = re.compile(r"^(\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)


def agreement() -> bytes:
    """A PDF that says the sentence on each of its pages."""
    made = BytesIO()
    page = Canvas(made)
    for number in range(PAGES):
        page.drawString(72, 720, SENTENCE)
        page.drawString(72, 690, f"This is page {number + 1} of the agreement.")
        page.showPage()
    page.save()
    return made.getvalue()


@dataclass(frozen=True)
class Watched:
    """A caller of a running service; remembers what must never be seen in a log."""

    client: httpx2.Client
    planted: list[str]

    def run(self, hook: Receiver) -> None:
        """One document that succeeds, one that fails, an unknown key, a receiver that fails at first."""
        url = f"{hook.url}?token={HOOK_TOKEN}"
        made = self.post("/v1/webhooks", json={"url": url}).json()
        self.planted.append(self.client.get(f"/v1/webhooks/{made['id']}/secret").json()["secret"])
        rotated = self.post(f"/v1/webhooks/{made['id']}/secret/rotate").json()
        self.planted.append(rotated["secret"])
        self.client.get(f"/v1/webhooks?cursor={HOOK_TOKEN}")
        self.client.get("/v1/documents", headers={"Authorization": f"Bearer {self.planted[0]}x"})
        for name, data, state in ((NAME, agreement(), "succeeded"), ("broken.pdf", BROKEN, "failed")):
            job = self.post("/v1/documents", files={"file": (name, data)}).json()
            ended = job
            while ended["state"] in {"queued", "running"}:
                ended = self.client.get(f"/v1/jobs/{job['id']}", params={"wait": 30}).json()
            assert ended["state"] == state, ended
        hook.wait_for(3)
        for secret in self.planted[-2:]:
            assert hook.requests[-1].verify(secret)["data"]["sequence"] == 1

    def post(self, path: str, **body: Any) -> httpx2.Response:
        """The answer, which is a success."""
        answer = self.client.post(path, **body)
        assert answer.is_success, answer.text
        return answer

    def metrics(self) -> dict[str, float]:
        """Every sample by its name and labels."""
        return {name: float(value) for name, value in SAMPLE.findall(self.client.get("/metrics").text)}


def failing_once() -> Script:
    """A receiver whose first answer repeats everything it was told."""
    seen: list[str] = []

    def script(received: Any) -> Reply:
        seen.append(received.message_id)
        if len(seen) == 1:
            return Reply(503, (("Retry-After", "1"),), received.body + str(received.headers).encode())
        return Reply()

    return script


def log_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Every line of a log, each of which is JSON, but for the announcement on standard output."""
    for line in path.read_text().splitlines():
        if not line.startswith(READY):
            entry: dict[str, Any] = json.loads(line)
            assert {"event", "level", "timestamp"} <= set(entry), line
            yield entry


def leaks(folder: Path, planted: list[str]) -> list[tuple[str, str]]:
    """Which planted text stands in which log."""
    needles = [*planted, SENTENCE, SENTENCE[:24], "Slartibartfast", "walruses", HOOK_TOKEN, SECRET_KEY]
    logs = sorted(folder.rglob("*.log"))
    assert logs
    return [
        (path.name, needle)
        for path in logs
        for needle in [*needles, *(one.removeprefix("whsec_") for one in planted)]
        if needle in path.read_text(errors="replace")
    ]


def moved(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """What grew, and by how much."""
    return {
        name: value - before.get(name, 0.0) for name, value in after.items() if value != before.get(name, 0.0)
    }


def check_metrics(before: dict[str, float], after: dict[str, float]) -> None:
    """One document that succeeded, one that failed, three attempts to deliver."""
    grown = moved(before, after)
    assert grown['kerf_jobs_finished_total{state="succeeded"}'] == 1
    assert grown['kerf_jobs_finished_total{state="failed"}'] == 1
    assert sum(value for name, value in grown.items() if name.startswith("kerf_jobs_failed_total{")) == 1
    assert grown["kerf_pages_total"] == PAGES
    assert grown["kerf_job_wait_seconds_count"] == grown["kerf_job_duration_seconds_count"] == 2
    for stage in ("parsing", "chunking", "storing"):
        assert grown[f'kerf_stage_duration_seconds_count{{stage="{stage}"}}'] == 1, grown
    assert grown['kerf_webhook_attempts_total{outcome="delivered"}'] >= 1
    assert grown['kerf_webhook_attempts_total{outcome="http_5xx"}'] == 1
    assert grown["kerf_webhook_lag_seconds_count"] >= 2
    assert after['kerf_jobs{state="queued"}'] == after['kerf_jobs_oldest_age_seconds{state="queued"}'] == 0
