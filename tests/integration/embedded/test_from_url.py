"""The whole way from a URL to chunks and a webhook, with the fetcher killed in the middle of it."""

import os
import signal
from pathlib import Path
from typing import Any

from tests.integration.embedded.standing import Standing, standing
from tests.integration.embedded.test_up import PATIENCE
from tests.integration.fetches.source import CHUNKED, Asked, Line, answer, chunked, source
from tests.integration.webhooks.receiver import receiver
from tests.support.processes import are_gone

TEXT = b"Either party may terminate this agreement.\n\nNotice must be given in writing.\n"
SECRET = "sig-0123456789"
OPEN = {"KERF_FETCH_ALLOW_PRIVATE": "true", "KERF_WEBHOOKS_ALLOW_PRIVATE": "true", "KERF_LOG_LEVEL": "debug"}


def ended(kerf: Standing, job: str) -> dict[str, Any]:
    """The job when it is final."""
    while True:
        found: dict[str, Any] = kerf.client.get(f"/v1/jobs/{job}", params={"wait": 30}).json()
        if found["state"] in {"succeeded", "failed", "cancelled"}:
            return found


def test_a_fetcher_killed_half_way_is_followed_by_another_and_the_job_ends_once(folder: Path) -> None:
    def script(asked: Asked, line: Line) -> None:
        if len(server.asked) == 1:
            line.say(CHUNKED + chunked(TEXT[:20]))
            line.hang()
        elif asked.path.startswith("/latest"):
            line.say(answer(status=302, location=f"/files/agreement.txt?{SECRET}"))
        else:
            line.say(answer(TEXT))

    data = folder / "data"
    with source(script) as server, receiver() as hook:
        asked = {"url": server.url(f"/latest?signature={SECRET}"), "webhook_url": hook.url}
        with standing(data, **OPEN) as kerf:
            upload = kerf.client.post("/v1/documents", json=asked)
            assert upload.status_code == 202, upload.text
            server.wait_for(1)
            os.kill(kerf.process.pid, signal.SIGKILL)
            assert are_gone(str(data), within=PATIENCE)
        with standing(data, **OPEN) as kerf:
            job = ended(kerf, upload.json()["id"])
            assert (job["state"], job["url"]) == ("succeeded", server.url("/latest")), kerf.log.read_text()
            document = kerf.client.get(f"/v1/documents/{job['document']}").json()
            assert (document["name"], document["size"]) == ("agreement.txt", len(TEXT))
            assert "terminate this agreement" in kerf.chunks_of(job["document"])[0]["text"]
            hook.wait_for(1)
            metrics = kerf.client.get("/metrics").text
            assert kerf.stop() == 0
    assert [one.path.partition("?")[0] for one in server.asked] == ["/latest"] * 2 + ["/files/agreement.txt"]
    (told,) = hook.requests
    assert job["id"] in told.body.decode()
    assert 'kerf_fetch_attempts_total{outcome="fetched"} 1.0' in metrics
    logs = "".join(path.read_text(errors="replace") for path in folder.rglob("*.log"))
    assert '"event": "fetch_attempt"' in logs
    for text in (told.body.decode(), str(told.headers), metrics, logs):
        assert SECRET not in text
