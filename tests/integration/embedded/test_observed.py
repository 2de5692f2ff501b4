"""What `kerf up` tells of itself while it works: lines without secrets, metrics that move."""

import os
import subprocess
import sys
from pathlib import Path

from tests.integration import observed
from tests.integration.embedded.standing import standing
from tests.integration.monitoring import check_monitoring
from tests.integration.observed import (
    CALLER,
    Watched,
    check_lines,
    check_metrics,
    check_traces,
    leaks,
    log_lines,
)
from tests.integration.webhooks.receiver import receiver
from tests.support.collector import collector


def new_key(data: Path) -> str:
    command = [sys.executable, "-m", "cli.main", "keys", "create", "watched", "--data", str(data)]
    return subprocess.run(command, env=os.environ, capture_output=True, text=True, check=True).stdout.strip()


def test_a_whole_run_is_one_trace_leaves_no_secret_in_log_or_span_and_moves_the_metrics(folder: Path) -> None:
    settings = {
        "KERF_WEBHOOKS_ALLOW_PRIVATE": "true",
        "KERF_SECRET_KEY": observed.SECRET_KEY,
        "KERF_LOG_LEVEL": "debug",
    }
    with (
        receiver(observed.failing_once()) as hook,
        collector() as seen,
        standing(folder / "data", "--host", "0.0.0.0", **settings, **Watched.traced(seen)) as kerf,
    ):
        key = new_key(folder / "data")
        kerf.client.headers |= {"Authorization": f"Bearer {key}", "traceparent": CALLER}
        watched = Watched(kerf.client, [key])
        before = watched.metrics()
        watched.run(hook)
        check_metrics(before, watched.metrics())
        check_monitoring(kerf.client.get("/metrics").text)
        assert kerf.stop() == 0
        check_traces(seen, hook, ("kerf", "kerf", "kerf"))
        lines = list(log_lines(kerf.log))
    assert leaks(folder, watched.planted, seen) == []
    check_lines(lines)
    requests = [line for line in lines if line["event"] == "request"]
    assert requests
    assert len({line["request_id"] for line in requests}) == len(requests)
    assert all(line["job"] for line in lines if line["event"].startswith("attempt_"))
    assert {line["outcome"] for line in lines if line["event"] == "webhook_attempt"} >= {
        "delivered",
        "http_5xx",
    }
