"""A real server that speaks S3, in a process of its own; what it keeps, it keeps in memory."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from tests.support.redis import free_port

START_SECONDS = 120.0
KEYS = {"AWS_ACCESS_KEY_ID": "kerf", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_REGION": "us-east-1"}


class Server:
    """The server and what a client has to know of it."""

    def __init__(self, url: str, process: "subprocess.Popen[bytes]") -> None:
        self.url = url
        self.process = process

    @property
    def environment(self) -> dict[str, str]:
        """What leads every client to it."""
        return {"AWS_ENDPOINT_URL": self.url, **KEYS}

    def make_bucket(self, name: str) -> str:
        """The URL of a new bucket, for KERF_STORAGE_URL."""
        httpx2.put(f"{self.url}/{name}").raise_for_status()
        return f"s3://{name}/some/prefix"


@contextmanager
def server() -> Iterator[Server]:
    """One on a free port of this machine."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kerf-s3-") as folder:
        log = Path(folder) / "log"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_it_answers(url, process, log)
            yield Server(url, process)
        finally:
            process.terminate()
            process.wait(timeout=120)


def wait_until_it_answers(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Returns when the server answers; raises with its log if it ends or is silent too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.TransportError):
            httpx2.get(url)
            return
        time.sleep(0.05)
    raise RuntimeError(f"the S3 server did not start\n{log.read_text()}")
