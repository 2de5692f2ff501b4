"""The process behind `kerf up`: store, API, loops and worker, started and stopped in order."""

import asyncio
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from pydantic import SecretStr

from api.app import create_app
from cli.environment import fail, traces
from cli.serving import Server, runner, stopping_on_signals
from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.infra.embedded import EmbeddedPostgres
from services.infra.migrate import upgrade
from workers import beat
from workers.embedded import EmbeddedWorker

WATCH_SECONDS = 0.5
DISPATCH_SECONDS = 0.1


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
        with traces("kerf"), runner() as loop:  # not before the store: it is forked
            trouble = loop.run(_serve(on_hand(settings, database), store, listener, url))
    finally:
        store.stop()
    if trouble:
        fail(trouble, code=1)


def on_hand(settings: Settings, database: str) -> Settings:
    """The settings with the store in them; the relay looks often where the database is a socket away.

    Database and documents lie in one folder that nobody else uses: what the one does not name may go.
    """
    update: dict[str, object] = {"database_url": SecretStr(database)}
    if "dispatch_interval_seconds" not in settings.model_fields_set:
        update["dispatch_interval_seconds"] = DISPATCH_SECONDS
    if "sweep_blobs" not in settings.model_fields_set:
        update["sweep_blobs"] = "remove"
    return settings.model_copy(update=update)


async def _serve(
    settings: Settings, store: EmbeddedPostgres, listener: socket.socket, url: str
) -> str | None:
    """Everything until a signal; what ended it otherwise."""
    stopping = stopping_on_signals()
    assert settings.database_url is not None  # noqa: S101 - run has just set it
    engine = make_engine(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    sessions = make_sessions(engine)
    server = Server(
        create_app(settings, sessions=sessions),
        shutdown_seconds=settings.shutdown_seconds,
        announce=lambda: typer.echo(f"Kerf is ready at {url}"),
    )
    worker = EmbeddedWorker(settings)
    try:
        async with asyncio.TaskGroup() as parts:
            served = parts.create_task(server.run_until(stopping, listener))
            parts.create_task(beat.run(settings, sessions, worker.send, stopping, beside=worker.instance))
            stood = parts.create_task(_watch(store, stopping))
    finally:
        await asyncio.to_thread(worker.stop)
        await engine.dispose()
    if not stood.result():
        return "the embedded database ended by itself; its last words are in postgres.log"
    return None if served.result() else "the server ended by itself"


async def _watch(store: EmbeddedPostgres, stopping: asyncio.Event) -> bool:
    """Until `stopping`; False, with `stopping` set, when the store's process is gone before."""
    while not stopping.is_set():
        if not store.is_running():
            stopping.set()
            return False
        try:
            await asyncio.wait_for(stopping.wait(), WATCH_SECONDS)
        except TimeoutError:
            continue
    return True
