"""Holding an answer back until there is news worth telling."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request

from api.schemas.jobs import JobQuery

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a caller waits."""

    request: Request
    seconds: float

    async def until(self, look: Callable[[], Awaitable[Found]], is_final: Callable[[Found], bool]) -> Found:
        """What `look` finds when it is final, or when the time is over or the caller has left."""
        deadline = time.monotonic() + self.seconds
        pause = FIRST_PAUSE
        found = await look()
        while not (is_final(found) or time.monotonic() >= deadline or await self.request.is_disconnected()):
            await asyncio.sleep(min(pause, max(0.0, deadline - time.monotonic())))
            pause = min(pause * 1.5, LONGEST_PAUSE)
            found = await look()
        return found


async def patience_of(request: Request, query: Annotated[JobQuery, Query()]) -> Patience:
    """That of this request."""
    return Patience(request, query.wait)


PatienceDep = Annotated[Patience, Depends(patience_of)]
