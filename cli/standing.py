"""The process behind `kerf up`: store, API, loops and worker, started and stopped in order."""

import asyncio
import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
import typer
import uvicorn
from pydantic import SecretStr

from api.app import create_app
from cli.environment import fail
from cli.listening import server_options
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.embedded import EmbeddedPostgres
from services.infra.migrate import upgrade
from services.infra.storage import LocalStorage
from workers import beat
from workers.embedded import EmbeddedWorker

LOG = structlog.get_logger(__name__)

WATCH_SECONDS = 0.5


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Holds the data folder; one clear line and exit code 2 when another process has it.

    A record lock: the kernel frees it with the process, and children do not inherit it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / "kerf.lock").open("a+")
    except OSError as error:
        fail(f"cannot use the data folder {folder}: {(error.strerror or str(error)).lower()}")
    with handle:
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.seek(0)
            fail(f"another `kerf up` (process {handle.read().strip() or '?'}) runs on {folder}")
        handle.truncate(0)
        handle.write(f"{os.getpid()}\n")
        handle.flush()
        yield


def run(settings: Settings, listener: socket.socket, url: str) -> None:
    """Everything up, `Kerf is ready` when it answers, everything down after SIGINT or SIGTERM."""
    store = EmbeddedPostgres(settings.data_dir / "postgres")
    try:
        database = store.start()
        upgrade(database)
        ready = settings.model_copy(update={"database_url": SecretStr(database)})
        lost = asyncio.run(_serve(ready, store, listener, url))
    finally:
        store.stop()
    if lost:
        fail("the embedded database ended by itself; its last words are in postgres.log", code=1)


async def _serve(settings: Settings, store: EmbeddedPostgres, listener: socket.socket, url: str) -> bool:
    """Whether the store was lost while serving."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    assert settings.database_url is not None  # noqa: S101 - run has just set it
    engine = make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    sessions = make_sessions(engine)
    app = create_app(settings, sessions=sessions, storage=LocalStorage(settings.objects_dir))
    server = _Server(uvicorn.Config(app, **server_options(settings.shutdown_seconds)), url)
    worker = EmbeddedWorker(settings)
    try:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(_until(stopping, server, listener))
            parts.create_task(beat.run(settings, sessions, worker.send, stopping))
            watch = parts.create_task(_watch(store, stopping))
    finally:
        await asyncio.to_thread(worker.stop)
        await engine.dispose()
    return watch.result()


class _Server(uvicorn.Server):
    """uvicorn that says when it answers, and leaves signals to us: there is more than a server to stop."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            typer.echo(f"Kerf is ready at {self._url}")


async def _until(stopping: asyncio.Event, server: uvicorn.Server, listener: socket.socket) -> None:
    """Serves until `stopping`, or stops the rest when the server ends by itself."""
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    stopping.set()
    await serving


async def _watch(store: EmbeddedPostgres, stopping: asyncio.Event) -> bool:
    """Ends everything when the store's process is gone."""
    while not stopping.is_set():
        if not store.is_running():
            stopping.set()
            return True
        try:
            await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
        except TimeoutError:
            continue
    return False
