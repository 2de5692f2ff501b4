"""What an API process knows of tenants and of the load; it asks the database again when that is old."""

import asyncio
import time

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from services import tenants
from services.infra.tenancy import TenantSessions
from services.jobs import capacity
from services.jobs.capacity import Load
from services.tenants import Terms

FRESH_SECONDS = 1.0
"""What is known may be so old."""

STALE_SECONDS = 2.0
"""And the load so old, while somebody is asking already."""

MOST_KNOWN = 10_000


class Doorkeeper:
    """One of a process. `system` sessions, which see all tenants, are for the load alone."""

    def __init__(self, system: async_sessionmaker[AsyncSession]) -> None:
        self._system = system
        self._terms: dict[str, tuple[float, Terms]] = {}
        self._load: tuple[float, Load] | None = None
        self._asking = asyncio.Lock()

    async def terms(self, sessions: TenantSessions, tenant: str) -> Terms:
        """What is otherwise for the tenant, as of the last second."""
        known = self._terms.get(tenant)
        if known is not None and time.monotonic() - known[0] < FRESH_SECONDS:
            return known[1]
        began = time.monotonic()
        async with sessions() as session:
            found = await tenants.terms(session, tenant)
        if len(self._terms) >= MOST_KNOWN:
            self._terms.clear()
        self._terms[tenant] = (began, found)
        return found

    async def load(self) -> Load:
        """The installation's load, of the last second; of many who ask at once one asks the database."""
        known = self._younger_than(STALE_SECONDS if self._asking.locked() else FRESH_SECONDS)
        if known is not None:
            return known
        async with self._asking:
            known = self._younger_than(FRESH_SECONDS)
            if known is None:
                began = time.monotonic()
                async with self._system() as session:
                    known = await capacity.load(session)
                self._load = (began, known)
            return known

    def _younger_than(self, seconds: float) -> Load | None:
        return self._load[1] if self._load and time.monotonic() - self._load[0] < seconds else None
