"""Processes that die at a step of their work, forked again and again from a warm one."""

import asyncio
import itertools
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import event

from services.infra.database import make_engine, make_sessions

POINTS = ("before_cursor_execute", "after_cursor_execute", "commit")
"""Before and after each statement, and at the commit."""

Work = Callable[..., Awaitable[Any]]
"""Takes Sessions."""


def killer(step: int) -> Callable[..., None]:
    """What kills this process when it is called for the n-th time."""
    steps = itertools.count(1)

    def count(*_: object) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def attempt(url: str, work: Work, count: Callable[..., None], points: Sequence[str] = POINTS) -> bool:
    """Whether a forked process came to the end of its work; `count` is called at each of the points."""
    pid = os.fork()
    if pid == 0:
        engine = make_engine(url)
        for name in points:
            event.listen(engine.sync_engine, name, count)
        asyncio.run(_awaited(work(make_sessions(engine))))
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status in {0, -signal.SIGKILL}, status
    return status == 0


def run(url: str, work: Work) -> Any:
    """What work(sessions) gives, with no connection left open for a fork to inherit."""

    async def once() -> Any:
        engine = make_engine(url)
        try:
            return await work(make_sessions(engine))
        finally:
            await engine.dispose()

    return asyncio.run(once())


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work
