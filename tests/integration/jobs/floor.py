"""Workers that only count: hints in the order they were sent, so many slots, jobs of equal length."""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services import quotas
from services.jobs import claims, queue
from tests.make import LEASE, Sessions, create_job, create_tenant

RESEND = timedelta(seconds=60)
COPIES = text("""
    INSERT INTO jobs (id, document_id, ordinal, name, sha256, size, options, state, tenant_id, priority, cost)
    SELECT 'job_' || :mark || '_' || n, document_id, n + 1, name, sha256, size, options, 'queued', tenant_id,
           :priority, :cost
      FROM jobs, generate_series(2, :count) AS n WHERE id = :id""")
DONE = text("UPDATE jobs SET state = 'succeeded', token = NULL, lease_until = NULL WHERE id = :id")


async def tenant(sessions: Sessions, name: str, quota: Mapping[str, float] | None = None) -> None:
    """A tenant with this quota."""
    async with sessions.begin() as session:
        await create_tenant(session, name)
        await quotas.change(session, name, quota or {})


async def many(sessions: Sessions, count: int, *, tenant_id: str = "default", **columns: Any) -> str:
    """So many queued jobs of a tenant in two statements; the id of the first."""
    row = {"priority": 0, "cost": 0.0, **columns}
    async with sessions.begin() as session:
        job = await create_job(session, tenant_id=tenant_id, **row)
        values = {"id": job.id, "mark": job.id[-8:], "count": count, **row}
        await session.execute(COPIES, values)
        await session.execute(text("ANALYZE jobs"))
    return job.id


class Floor:
    """Takes hints and ends jobs; tells whose they were, in the order in which they ended."""

    def __init__(self, sessions: Sessions, *, slots: int = 2, **relay: Any) -> None:
        self.ended: list[str] = []
        self.hints: deque[str] = deque()
        self._sessions = sessions
        self._slots = slots
        self._relay = {"window": 20, "resend_after": RESEND, **relay}
        self._running: deque[tuple[str, str]] = deque()
        self.began: list[str] = []

    async def relay(self) -> int:
        """One round."""
        async with self._sessions.begin() as session:
            return await queue.dispatch(session, send=self.hints.append, **self._relay)

    async def run(self, jobs: int) -> Counter[str]:
        """So many jobs end, one after the other, with a round of the relay before each; how many of whom."""
        for _ in range(jobs):
            await self.relay()
            async with self._sessions.begin() as session:
                while self.hints and len(self._running) < self._slots:
                    claim = await claims.claim(session, self.hints.popleft(), lease=LEASE)
                    assert claim is not None
                    self._running.append((claim.job_id, claim.tenant_id))
                    self.began.append(claim.job_id)
                if not self._running:
                    break
                job, owner = self._running.popleft()
                await session.execute(DONE, {"id": job})
            self.ended.append(owner)
        return Counter(self.ended)
