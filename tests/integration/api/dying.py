"""An API that kills itself at a named point of taking an upload in (goal J3)."""

import functools
import inspect
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, NoReturn

import uvicorn
from sqlalchemy import Engine, event
from starlette.responses import Response

import api.idempotency
from api.app import create_app
from api.routes import batches, documents
from services import idempotency
from services.documents import batches as many
from services.documents import submission
from services.infra import storage
from services.infra.config import Settings

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])

HOLD = timedelta(seconds=0.5)
"""How long the key of a dead API stays taken here."""

POINTS: dict[str, tuple[Any, str, bool]] = {
    "before the key is taken": (idempotency, "hold", True),
    "after the key is taken": (idempotency, "hold", False),
    "before a file is opened": (storage, "make_folder", True),
    "before the first byte is written": (storage.Draft, "write", True),
    "after bytes are written": (storage.Draft, "write", False),
    "before the bytes are forced to the disk": (os, "fsync", True),
    "before the file gets its address": (Path, "replace", True),
    "before its folder is forced to the disk": (Path, "replace", False),
    "after the file is stored": (storage.Draft, "keep", False),
    "before the rows are written": (documents, "submit", True),
    "between the document's row and the job's": (submission, "enqueue", True),
    "after the rows are written": (documents, "submit", False),
    "before the commit": (idempotency, "keep", False),
    "after the commit": (api.idempotency, "_response", True),
    "after the response is sent": (Response, "__call__", False),
}
"""Where: the owner of a function, its name, and whether to die before its work or after it."""

BATCH_POINTS: dict[str, tuple[Any, str, bool]] = {
    "after a file of several": (storage.Draft, "keep", False),
    "before the rows of a batch": (batches, "submit_all", True),
    "after some of its rows": (many, "bind", True),
    "after its rows": (batches, "submit_all", False),
    "before the commit of a batch": (idempotency, "keep", False),
    "after the commit of a batch": (api.idempotency, "_response", True),
}
"""The same, of a batch."""

AT_COMMIT = ("before the commit", "before the commit of a batch")

Last = Callable[[object], object]
"""What happens at the point."""


def die(*_: object) -> NoReturn:
    """As a power cut would do it: nothing is flushed, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def arm(point: str) -> None:
    """From now on the process dies when an upload gets to that point."""
    owner, name, before = {**POINTS, **BATCH_POINTS}[point]
    lasts: dict[bool, Last] = {True: die_at_commit, False: die}
    setattr(owner, name, deadly(getattr(owner, name), before=before, last=lasts[point in AT_COMMIT]))


def die_at_commit(done: object) -> object:
    """Dies when the statement after all others is to be sent."""
    event.listen(Engine, "commit", die)
    return done


def deadly(function: Callable[..., Any], *, before: bool, last: Last) -> Callable[..., Any]:
    """The function, before or after which `last` happens."""

    @functools.wraps(function)
    async def awaited(*given: Any, **named: Any) -> Any:
        return last(None) if before else last(await function(*given, **named))

    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        return last(None) if before else last(function(*given, **named))

    return awaited if inspect.iscoroutinefunction(function) else called


@dataclass(frozen=True, slots=True)
class Running:
    """An API in a process of its own."""

    url: str
    process: ForkServerProcess


@contextmanager
def running(settings: dict[str, Any], point: str | None = None) -> Iterator[Running]:
    """The API, with `point` to die at or without; connections wait until it answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        process = PROCESSES.Process(target=serve, args=(listening, settings, point), daemon=True)
        process.start()
    try:
        yield Running(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.join()


def serve(listening: socket.socket, settings: dict[str, Any], point: str | None) -> None:
    """What the process does: `kerf serve` without its logs."""
    api.idempotency.LEASE = HOLD
    app = create_app(Settings.model_validate(settings))
    if point is not None:
        arm(point)
    uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on")).run(sockets=[listening])
