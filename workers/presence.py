"""What a supervisor has to do with the database: signs of life of its worker, and whether it is deaf."""

import asyncio
import os
import time
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.infra.config import Settings
from services.infra.database import make_engine, make_sessions
from services.jobs.presence import Instance, Vitals, appear, leave, pause
from services.jobs.queue import unanswered
from workers.processes import memory_of

LOG = structlog.get_logger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 3.0


class Presence:
    """One connection, open within the block: none may be when Celery's process is forked.

    A database that does not answer costs a few seconds and raises nothing.
    """

    def __init__(self, settings: Settings, instance: Instance) -> None:
        assert settings.database_url is not None  # noqa: S101 - the command has asked for it
        self._settings = settings
        self._instance = instance
        self._url = settings.database_url.get_secret_value()
        self._next = 0.0

    def __enter__(self) -> Self:
        self._runner = asyncio.Runner()
        self._engine = make_engine(self._url, pool_size=1)
        self._sessions = make_sessions(self._engine)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ask(self._engine.dispose())
        self._runner.close()

    def tell(self) -> None:
        """A sign of life if it is time for one; to be called often."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + pause(self._settings.lease)
            self._ask(self._appear())

    def unanswered(self) -> frozenset[str]:
        """Jobs whose hint waits; none when the database cannot say, for then nobody is to blame."""
        return self._ask(self._unanswered()) or frozenset()

    def depart(self) -> None:
        """The worker has ended as it should."""
        self._ask(self._leave())

    def _ask(self, work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return self._runner.run(asyncio.wait_for(work, PATIENCE_SECONDS))
        except (SQLAlchemyError, OSError) as error:
            LOG.debug("database_silent", error=type(error).__name__)
            return None

    async def _appear(self) -> None:
        async with self._sessions.begin() as session:
            vitals = Vitals(memory_of(os.getpid()))
            await appear(session, self._instance, lease=self._settings.lease, vitals=vitals)

    async def _unanswered(self) -> frozenset[str]:
        async with self._sessions() as session:
            return await unanswered(session, resend_after=self._settings.resend_after)

    async def _leave(self) -> None:
        async with self._sessions.begin() as session:
            await leave(session, self._instance)
