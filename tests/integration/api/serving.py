"""The API as the tests meet it: in this process over ASGI, or in one of its own behind uvicorn."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.app import create_app
from services.infra.config import Settings

START_SECONDS = 120.0


def application() -> FastAPI:
    """What uvicorn loads: the app with settings from the environment, as `kerf serve` makes it."""
    return create_app(Settings())


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an app that has started; the app shuts down afterwards."""
    async with app.router.lifespan_context(app) as state:

        async def started(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, "state": dict(state or {})}, receive, send)

        transport = httpx2.ASGITransport(app=started)
        async with httpx2.AsyncClient(transport=transport, base_url="http://kerf.test") as client:
            yield client


@dataclass(frozen=True, slots=True)
class Server:
    """A running API."""

    url: str
    process: int
    log: Path

    @property
    def peak_bytes(self) -> int:
        """The most memory the process ever had resident."""
        status = Path(f"/proc/{self.process}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) << 10


@contextmanager
def served(
    database_url: str, folder: Path, *, before: Sequence[str] = (), **settings: str
) -> Iterator[Server]:
    """The API behind uvicorn in a process of its own; further settings as `max_upload_mb="100"`.

    `before` is a command that becomes Python with the arguments behind it.
    """
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    given = {"database_url": database_url, "data_dir": str(folder / "data"), **settings}
    environment = {**os.environ, **{f"KERF_{name.upper()}": value for name, value in given.items()}}
    command = [*(before or [sys.executable]), "-m", "uvicorn", "--factory", f"{__name__}:application"]
    command += ["--port", str(port), "--log-level", "warning", "--no-access-log"]
    log = folder / "api.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}", process, log)
        yield Server(f"http://127.0.0.1:{port}", process.pid, log)
    finally:
        process.terminate()
        process.wait(timeout=120)


def wait_until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns when the API is ready; raises with its log when it died or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/readyz").is_success:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the API did not start\n{log.read_text()}")
