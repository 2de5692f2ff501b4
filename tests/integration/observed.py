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
from tests.support.collector import Collector

SENTENCE = "Zaphod shall deliver nine hundred walruses to Slartibartfast by Thursday."
BROKEN = f"%PDF-1.7\n{SENTENCE}\n%%EOF".encode()
NAME = "Slartibartfast.pdf"
PAGES = 2
HOOK_TOKEN = "hook-token-0123456789"
SECRET_KEY = "the planted key that seals all secrets"
READY = "Kerf is ready at "
COLLECTOR_TOKEN = "collector-token-0123456789"
TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{TRACE}-b7ad6b7169203331-01"
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

    @staticmethod
    def traced(seen: Collector) -> dict[str, str]:
        """The environment of a service whose traces go there."""
        return {**seen.variables, "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{COLLECTOR_TOKEN}"}

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


def leaks(folder: Path, planted: list[str], seen: Collector) -> list[tuple[str, str]]:
    """Which planted text stands in which log, or in what was sent of traces."""
    needles = [*planted, SENTENCE, SENTENCE[:24], "Slartibartfast", "walruses", HOOK_TOKEN, SECRET_KEY]
    told = {path.name: path.read_text(errors="replace") for path in sorted(folder.rglob("*.log"))}
    assert told
    assert seen.bodies
    told["traces"] = b"".join(seen.bodies).decode("latin-1")
    return [
        (name, needle)
        for name, text in told.items()
        for needle in [*needles, COLLECTOR_TOKEN, *(one.removeprefix("whsec_") for one in planted)]
        if needle in text
    ]


def check_traces(seen: Collector, hook: Receiver, services: tuple[str, str, str]) -> None:
    """One trace from the caller over API and worker to the receiver, and what its spans tell.

    `services` are the names of who answers, works and delivers.
    """
    attempts = seen.wait_for("attempt", count=2)
    uploads = {span.id: span for span in seen.named("POST /v1/documents")}
    finishes = {span.id: span for span in seen.named("finish")}
    assert {span.parent for span in uploads.values()} == {CALLER.split("-")[2]}
    assert {span.parent for span in attempts} == set(uploads)
    for attempt in attempts:
        steps = {span.name: span for span in seen.spans if span.parent == attempt.id}
        assert {"claim", "parsing", "finish"} <= set(steps)
        assert attempt.attributes["kerf.job"] == uploads[attempt.parent].attributes["kerf.job"]
        assert attempt.is_failed == ("chunking" not in steps) == ("error.type" in attempt.attributes)
    webhooks = seen.wait_for("webhook", count=3)
    assert {finishes[span.parent].parent for span in webhooks} == {span.id for span in attempts}
    assert {f"00-{span.trace}-{span.id}-01" for span in webhooks} == {
        request.headers["traceparent"] for request in hook.requests
    }
    assert [span.attributes.get("error.type") for span in webhooks].count("http_5xx") == 1
    assert {span.trace for span in seen.spans} == {TRACE}
    assert all(one["authorization"] == f"Bearer {COLLECTOR_TOKEN}" for one in seen.headers)
    told = [{span.service for span in found} for found in (uploads.values(), attempts, webhooks)]
    assert told == [{name} for name in services]


def check_lines(lines: list[dict[str, Any]]) -> None:
    """Lines say whose work they are about, and in which trace."""
    uploads = [line for line in lines if line.get("route") == "/v1/documents" and line["status"] == 202]
    attempts = [line for line in lines if line["event"].startswith("attempt_")]
    webhooks = [line for line in lines if line["event"] == "webhook_attempt"]
    assert len(uploads) == 2
    assert len(webhooks) == 3
    for line in (*uploads, *attempts, *webhooks):
        assert {"tenant", "document", "trace_id", "span_id"} <= set(line), line
        assert line["trace_id"] == TRACE
    assert {line["job"] for line in uploads} == {line["job"] for line in attempts}
    assert {line["document"] for line in uploads} == {line["document"] for line in webhooks}


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
