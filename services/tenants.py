"""Tenants of an installation, and the limits that are lower for their documents. The caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import Conflict, InvalidInput, NotFound
from models.limits import DEFAULT_LIMITS, LEAST_MEMORY_MB
from models.tables.tenants import TenantRecord
from services.infra.plain import is_plain

LEAST = {"memory_mb": LEAST_MEMORY_MB}
LONGEST_ID = 60


async def create(session: AsyncSession, tenant_id: str, name: str) -> TenantRecord:
    """A new tenant; InvalidInput for an id that is no plain word, Conflict for one that is taken."""
    if not (tenant_id.isascii() and tenant_id.replace("-", "").replace("_", "").isalnum()):
        raise InvalidInput("The id of a tenant has letters, digits, - and _ only.")
    if len(tenant_id) > LONGEST_ID or not is_plain(name):
        raise InvalidInput(f"The id of a tenant has at most {LONGEST_ID} characters, its name no NUL.")
    if await session.get(TenantRecord, tenant_id) is not None:
        raise Conflict(f"There is a tenant {tenant_id} already.")
    record = TenantRecord(id=tenant_id, name=name)
    session.add(record)
    await session.flush()
    return record


async def get(session: AsyncSession, tenant_id: str) -> TenantRecord:
    """One tenant; NotFound."""
    found = await session.get(TenantRecord, tenant_id)
    if found is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    return found


async def list_all(session: AsyncSession) -> Sequence[TenantRecord]:
    """Every tenant, oldest first."""
    return (
        await session.scalars(select(TenantRecord).order_by(TenantRecord.created_at, TenantRecord.id))
    ).all()


@dataclass(frozen=True, slots=True)
class Terms:
    """What is otherwise for one tenant, by name: lowered limits, and quotas (models.quotas)."""

    lowered: Mapping[str, float]
    quotas: Mapping[str, float]


async def terms(session: AsyncSession, tenant_id: str) -> Terms:
    """The tenant's own terms; none for a tenant that is gone."""
    query = select(TenantRecord.lowered, TenantRecord.quotas).where(TenantRecord.id == tenant_id)
    row = (await session.execute(query)).one_or_none()
    return Terms(row.lowered or {}, row.quotas or {}) if row else Terms({}, {})


async def lower(session: AsyncSession, tenant_id: str, to: Mapping[str, float | None]) -> Mapping[str, float]:
    """Lower the named limits; None lets the installation's hold again. All lowered ones.

    NotFound, InvalidInput.
    """
    tenant = await session.get(TenantRecord, tenant_id, with_for_update=True)
    if tenant is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    changed = dict(tenant.lowered or {})
    for name, value in to.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = checked(name, value)
    tenant.lowered = changed or None
    await session.flush()
    return changed


def checked(name: str, value: float) -> float:
    """The value as the limit's kind of number; InvalidInput for no limit, or less than anything needs."""
    known = asdict(DEFAULT_LIMITS)
    if name not in known:
        raise InvalidInput(f"There is no limit {name}; there are {', '.join(known)}.")
    least = LEAST.get(name, 1)
    if not least <= value < float("inf"):
        raise InvalidInput(f"{name} is at least {least}.")
    return int(value) if isinstance(known[name], int) else float(value)
