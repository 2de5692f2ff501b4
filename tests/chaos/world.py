"""An installation for storms: every part a process group of its own, on a database and a Redis of its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2

from tests.chaos.documents import OPTIONS, Sample
from tests.chaos.redis_server import RedisServer
from tests.support import source
from tests.support.redis import free_port

LEASE_SECONDS = 3.0
SHORT = {
    "KERF_LEASE_SECONDS": str(LEASE_SECONDS),
    "KERF_RESEND_SECONDS": "3",
    "KERF_DISPATCH_INTERVAL_SECONDS": "0.1",
    "KERF_RECONCILE_INTERVAL_SECONDS": "0.3",
    "KERF_WEBHOOK_INTERVAL_SECONDS": "0.2",
    "KERF_WEBHOOK_TIMEOUT_SECONDS": "5",
    "KERF_WEBHOOKS_ALLOW_PRIVATE": "true",
    "KERF_API_KEY_REQUIRED": "false",
    "KERF_WORKER_CONCURRENCY": "2",
    "KERF_SHUTDOWN_SECONDS": "5",
    "KERF_LOG_FORMAT": "json",
}
START_SECONDS = 180.0
RETRY_SECONDS = 0.3


class World:
    """The processes of one storm, by name, and how to speak with them. Close it whatever happens."""

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        self.folder = folder
        self.database_url = database_url
        self.ledger = folder / "ledger.jsonl"
        self.redis = RedisServer(folder)
        self.api_port = free_port()
        self.client = httpx2.Client(base_url=f"http://127.0.0.1:{self.api_port}", timeout=30)
        self.refusals: list[httpx2.Response] = []
        given = {f"KERF_{name.upper()}": value for name, value in settings.items()}
        self._environment = {
            **os.environ,
            **SHORT,
            "KERF_DATABASE_URL": database_url,
            "KERF_REDIS_URL": self.redis.url,
            "KERF_DATA_DIR": str(folder / "data"),
            **given,
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._commands: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()
        self._closed = False

    def start(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        """`kerf COMMAND` under this name; its log lies in the folder."""
        return self._launch(name, "tests.chaos.entry", *command)

    def start_api(self) -> None:
        """`kerf serve`; returns when it answers."""
        self.start("serve", "serve", "--port", str(self.api_port))
        self.until_ready(START_SECONDS)

    def start_receiver(self, seed: int) -> None:
        """The receiver, registered for every event, with the endpoint's secret in its hands."""
        port = free_port()
        secret = self.folder / "secret"
        made = self.client.post("/v1/webhooks", json={"url": f"http://127.0.0.1:{port}/hook"})
        assert made.status_code == 201, made.text
        answer = self.client.get(f"/v1/webhooks/{made.json()['id']}/secret")
        secret.write_text(answer.json()["secret"])
        self._launch("receiver", "tests.chaos.receiver", str(port), str(self.ledger), str(secret), str(seed))

    def kill(self, name: str) -> None:
        """SIGKILL to the group: nothing of it gets a last word."""
        process = self._running.pop(name)
        if process.returncode is None:  # else its number may be another's by now
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)

    def replace(self, name: str) -> None:
        """Killed, and started again as it was."""
        self.kill(name)
        self._launch(name, *self._commands[name])

    def stop(self, name: str, *, seconds: float) -> int:
        """The exit code after SIGTERM; raises when it takes longer."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGTERM)
        try:
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._running[name] = process
            raise

    def signal_group(self, name: str, number: int) -> None:
        """A signal to the whole group."""
        os.killpg(self._running[name].pid, number)

    def pid_of(self, name: str) -> int:
        """The process id of the group's leader."""
        return self._running[name].pid

    def upload(self, sample: Sample, *, patience: float = 180) -> str:
        """The document's id; asks again until it is 202, and keeps what refused it."""
        deadline = time.monotonic() + patience
        while True:
            with suppress(httpx2.TransportError):
                answer = self.post(sample.name, sample.data)
                if answer.status_code == 202:
                    document: str = answer.json()["document"]
                    return document
                assert answer.status_code == 503, answer.text
                self.refusals.append(answer)
            assert time.monotonic() < deadline, f"{sample.name} was not taken\n{self.logs()}"
            time.sleep(RETRY_SECONDS)

    def post(self, name: str, data: bytes) -> httpx2.Response:
        """One upload."""
        options = str(OPTIONS).replace("'", '"')
        return self.client.post("/v1/documents", files={"file": (name, data)}, data={"options": options})

    def job(self, job: str) -> dict[str, Any]:
        """The job over HTTP."""
        found: dict[str, Any] = self.client.get(f"/v1/jobs/{job}").raise_for_status().json()
        return found

    def until_ready(self, seconds: float) -> float:
        """How long it took the API to be ready."""
        began = time.monotonic()
        while True:
            with suppress(httpx2.TransportError):
                if self.client.get("/readyz").status_code == 200:
                    return time.monotonic() - began
            assert time.monotonic() - began < seconds, self.logs()
            assert self._running["serve"].poll() is None, self.logs()
            time.sleep(0.05)

    def has_logged(self, name: str, words: str) -> bool:
        """Whether the process has said so."""
        return words in (self.folder / f"{name}.log").read_text(errors="replace")

    def logs(self, longest: int = 3000) -> str:
        """The ends of all logs."""
        return "\n".join(
            f"== {path.name}\n{path.read_text(errors='replace')[-longest:]}"
            for path in sorted(self.folder.glob("*.log"))
        )

    def close(self) -> None:
        """Kills whatever still runs."""
        with self._lock:
            self._closed = True
        for name in list(self._running):
            self.kill(name)
        self.redis.kill()
        self.client.close()

    def _folder_of(self, _name: str) -> Path:
        """Whose code a process runs: that of this checkout."""
        return source.ROOT

    def _launch(self, name: str, *command: str) -> "subprocess.Popen[bytes]":
        with self._lock, (self.folder / f"{name}.log").open("ab") as output:
            assert not self._closed
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=self._folder_of(name),
                env=self._environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            self._commands[name] = command
            self._running[name] = process
        return process
