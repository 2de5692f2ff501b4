"""`kerf serve` as a process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx2


def test_it_says_where_it_answers_that_it_leaves_and_ends_cleanly(database_url: str, tmp_path: Path) -> None:
    settings = {
        "KERF_DATABASE_URL": database_url,
        "KERF_DATA_DIR": str(tmp_path),
        "KERF_PORT": "0",
        "KERF_DRAIN_SECONDS": "3",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", "serve"],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline().strip()
            assert line.startswith("Kerf is ready at http://127.0.0.1:")
            url = line.split()[-1]
            assert httpx2.get(f"{url}/readyz").status_code == 200
            process.send_signal(signal.SIGTERM)
            while (leaving := httpx2.get(f"{url}/readyz")).status_code == 200:
                pass
            assert (leaving.status_code, leaving.json()["detail"]) == (503, "This process stops.")
            assert httpx2.get(f"{url}/livez").status_code == 200
            assert process.wait(timeout=120) == 0
        finally:
            process.kill()
