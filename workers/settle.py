"""Ending an attempt in the database, when the database itself may be restarting."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services.jobs.claims import Claim
from services.jobs.ending import Ending
from services.jobs.finishing import outcome

LOG = structlog.get_logger(__name__)

Sessions = async_sessionmaker[AsyncSession]
Verb = Callable[[AsyncSession], Awaitable[Ending]]
"""How an attempt ends: the work of one transaction, fenced by the claim's token."""

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeout)
TRANSIENT = (*DATABASE_AWAY, OSError)
"""Errors after which nobody knows whether the commit happened. A bug of ours is none of them."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


async def settle(sessions: Sessions, claim: Claim, verb: Verb, *, give_up: Callable[[], bool]) -> Ending:
    """Run `verb` in a transaction and say what became of it.

    After an error that leaves the commit in doubt the row is read again: it is tried anew only while the
    claim still holds the job, until `give_up` says so; then the lease is left to run out.
    """
    pause = FIRST_PAUSE
    known: Ending | None = None
    while known is None:
        try:
            async with sessions.begin() as session:
                ending = await verb(session)
        except TRANSIENT as error:
            LOG.warning("commit_in_doubt", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            known = await _read_back(sessions, claim)
            if known is None and give_up():
                known = Ending.LOST
        else:
            known = ending
    return known


async def _read_back(sessions: Sessions, claim: Claim) -> Ending | None:
    """What the row says of the claim; None while it still holds the job, or while nobody can tell."""
    try:
        async with sessions.begin() as session:
            return await outcome(session, claim)
    except TRANSIENT:
        return None
