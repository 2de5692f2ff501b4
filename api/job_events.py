"""A job as server-sent events: the same numbers as polling gives, sent when they change."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from fastapi.sse import KEEPALIVE_COMMENT, format_sse_event
from sqlalchemy.exc import SQLAlchemyError

from api.schemas.jobs import JobOut
from models.errors import NotFound

MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
QUIET_SECONDS = 15.0
"""After which a comment is sent, so that no proxy takes the connection for dead."""

RETRY_MILLISECONDS = 1000
REVISION = re.compile("[0-9]{1,18}")
PROGRESS, FINAL = "progress", "final"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A job at one moment; `revision` grows with every change of its row."""

    job: JobOut
    revision: int


Look = Callable[[], Awaitable[Snapshot]]


def last_seen(header: str | None) -> int:
    """The revision that a caller saw last; -1 when it names none of ours."""
    return int(header) if header and REVISION.fullmatch(header) else -1


async def stream(look: Look, first: Snapshot, *, seen: int, seconds: float) -> AsyncIterator[bytes]:
    """Events until the job is final, gone, or `seconds` are over; a caller then asks again.

    Nothing is held between looks. Each look is a short transaction; one that fails ends the stream.
    """
    deadline = time.monotonic() + seconds
    shown: JobOut | None = None
    now, pause, spoke = first, FIRST_PAUSE, time.monotonic()
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    while True:
        if now.revision > seen and now.job != shown:
            seen, shown, pause, spoke = now.revision, now.job, FIRST_PAUSE, time.monotonic()
            yield encoded(now)
        if now.job.state.is_final or time.monotonic() >= deadline:
            return
        await asyncio.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(pause * 1.5, LONGEST_PAUSE)
        if time.monotonic() - spoke >= QUIET_SECONDS:
            spoke = time.monotonic()
            yield KEEPALIVE_COMMENT
        try:
            now = await look()
        except (NotFound, SQLAlchemyError, OSError):
            return


def encoded(snapshot: Snapshot) -> bytes:
    """One event; its id lets a caller go on after it."""
    kind = FINAL if snapshot.job.state.is_final else PROGRESS
    return format_sse_event(event=kind, id=str(snapshot.revision), data_str=snapshot.job.model_dump_json())
