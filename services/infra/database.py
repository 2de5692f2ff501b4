"""The connection to PostgreSQL: one engine per process and event loop, sessions made from it."""

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from models.options import canonical_json
from services.infra.tenancy import BoundSession
from services.infra.urls import psycopg_url

CONNECT_SECONDS = 10
STATEMENT_SECONDS = 120
LOCK_SECONDS = 30


def make_engine(url: str, *, pool_size: int = 5, max_overflow: int = 5) -> AsyncEngine:
    """An engine that connects on first use, in UTC, with time limits on connecting, locks and statements."""
    limits = f"-c timezone=UTC -c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
    return create_async_engine(
        psycopg_url(url),
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_pre_ping=True,
        hide_parameters=True,  # they hold documents; errors are logged
        json_serializer=canonical_json,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "kerf",
            "client_encoding": "utf8",  # whatever PGCLIENTENCODING says
            "options": limits,
        },
    )


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose rows stay readable after the commit: `async with sessions.begin() as session`."""
    return async_sessionmaker(engine, expire_on_commit=False, sync_session_class=BoundSession)
