"""The connection to PostgreSQL: one engine per process and event loop, sessions made from it."""

import time
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import QueuePool, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.options import canonical_json
from services.infra.tenancy import BoundSession
from services.infra.urls import psycopg_url

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 120
LOCK_SECONDS = 30
TRUSTED_SECONDS = 1.0
"""A connection that was used so lately is taken to be there."""

RESTS_SINCE = "rests since"


def make_engine(url: str, *, pool_size: int = 5, max_overflow: int = 5) -> AsyncEngine:
    """An engine that connects on first use, in UTC, with time limits on connecting, locks and statements."""
    limits = f"-c timezone=UTC -c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
    engine = create_async_engine(
        psycopg_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_use_lifo=True,  # the one used last has its statements prepared
        hide_parameters=True,  # they hold documents; errors are logged
        json_serializer=canonical_json,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "kerf",
            "client_encoding": "utf8",  # whatever PGCLIENTENCODING says
            "options": limits,
        },
    )
    _ask_the_idle(engine)
    return engine


@dataclass(frozen=True, slots=True)
class Connections:
    """Of one engine: how many are in use, wait to be used, and may be open at most."""

    in_use: int
    idle: int
    most: int


def connections(sessions: async_sessionmaker[AsyncSession]) -> Connections | None:
    """Those of the engine behind the sessions; None of one that keeps none."""
    engine = sessions.kw.get("bind")
    found = engine.pool if isinstance(engine, AsyncEngine) else None
    if not isinstance(found, QueuePool):
        return None
    most = found.size() + found._max_overflow  # noqa: SLF001 - it has no other name
    return Connections(found.checkedout(), found.checkedin(), most)


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose rows stay readable after the commit: `async with sessions.begin() as session`."""
    return async_sessionmaker(engine, expire_on_commit=False, sync_session_class=BoundSession)


def _ask_the_idle(engine: AsyncEngine) -> None:
    """A connection that has rested is asked whether it is still there; one just used costs no round trip.

    Where a server went away meanwhile all its connections are replaced together, as with `pool_pre_ping`.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def rests(_: Any, record: Any) -> None:
        record.info[RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def asked(connection: Any, record: Any, _: Any) -> None:
        since = record.info.get(RESTS_SINCE)
        if since is None or time.monotonic() - since < TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError from error
