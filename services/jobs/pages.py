"""Pages that were read for a tenant, by days and months (UTC): what its quota of pages is measured by.

A job counts when it ends: all pages of its document, or those read until it failed or was cancelled. What was
read before, and is only cut again, counts nothing.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, cast, func, select
from sqlalchemy.dialects.postgresql import INTERVAL, insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Stage
from models.quotas import Quota
from models.refusals import QuotaExceeded
from models.tables.jobs import JobRecord
from models.tables.pages import PageCountRecord
from services.jobs.leases import CLOCK

TODAY = func.date(CLOCK)
"""Sessions are in UTC."""

MONTH = func.date(func.date_trunc("month", CLOCK))


@dataclass(frozen=True, slots=True)
class Pages:
    """Pages read since the day and the month began, and the seconds until either ends."""

    today: int
    this_month: int
    day_ends: float
    month_ends: float

    def keep(self, quota: Quota) -> None:
        """QuotaExceeded where no more are to be read, until the day or the month ends: the later of both."""
        for name, most, used, ends in (
            ("pages_per_month", quota.pages_per_month, self.this_month, self.month_ends),
            ("pages_per_day", quota.pages_per_day, self.today, self.day_ends),
        ):
            if most is not None and used >= most:
                detail = f"Your quota {name} is {most:,}; {used:,} pages have been read."
                members = {"quota": name, "limit": most, "used": used}
                raise QuotaExceeded(detail, retry_after=ends, members=members)


async def read(session: AsyncSession, tenant_id: str) -> Pages:
    """What counts now."""
    pages, day = PageCountRecord.pages, PageCountRecord.day
    today = func.coalesce(func.sum(pages).filter(day == TODAY), 0)
    month = func.coalesce(func.sum(pages), 0)
    query = select(today, month, _left_of("day"), _left_of("month"))
    row = (await session.execute(query.where(PageCountRecord.tenant_id == tenant_id, day >= MONTH))).one()
    return Pages(int(row[0]), int(row[1]), float(row[2]), float(row[3]))


def _left_of(unit: str) -> ColumnElement[Any]:
    """Seconds until the day or the month ends."""
    return func.extract("epoch", func.date_trunc(unit, CLOCK) + cast(f"1 {unit}", INTERVAL) - CLOCK)


async def count(session: AsyncSession, tenant_id: str, pages: int) -> None:
    """So many more were read. The last lock of its transaction, so nobody waits in a circle."""
    if pages <= 0:
        return
    row = insert(PageCountRecord).values(tenant_id=tenant_id, day=TODAY, pages=pages)
    more = {"pages": PageCountRecord.pages + row.excluded.pages}
    await session.execute(row.on_conflict_do_update(index_elements=["tenant_id", "day"], set_=more))


async def count_reached(session: AsyncSession, job: JobRecord) -> None:
    """The pages of a job that has come to nothing, as far as it was read."""
    if job.stage == Stage.PARSING:
        await count(session, job.tenant_id, job.pages_done)
