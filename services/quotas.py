"""Each tenant's share of the installation: what holds for all, and what is otherwise for one of them."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from models.errors import InvalidInput, NotFound
from models.quotas import LEAST_WEIGHT, MOST_WEIGHT, NAMES
from models.tables.tenants import TenantRecord
from services.infra.plain import LARGEST

MOST = {"max_bytes": 2**60}


async def change(
    session: AsyncSession, tenant_id: str, to: Mapping[str, float | None]
) -> Mapping[str, float]:
    """Set what is otherwise for a tenant; None lets the installation's hold again. All that is set.

    NotFound, InvalidInput. The caller commits.
    """
    tenant = await session.get(TenantRecord, tenant_id, with_for_update=True)
    if tenant is None:
        raise NotFound(f"There is no tenant {tenant_id}.")
    changed = dict(tenant.quotas or {})
    for name, value in to.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = checked(name, value)
    tenant.quotas = changed or None
    await session.flush()
    return changed


def checked(name: str, value: float) -> float:
    """The value as a quota of this name has it; InvalidInput."""
    if name not in NAMES:
        raise InvalidInput(f"There is no quota {name}; there are {', '.join(NAMES)}.")
    if name == "weight":
        if not LEAST_WEIGHT <= value <= MOST_WEIGHT:
            raise InvalidInput(f"weight is between {LEAST_WEIGHT:g} and {MOST_WEIGHT:g}.")
        return float(value)
    most = MOST.get(name, LARGEST)
    if not 1 <= value <= most:
        raise InvalidInput(f"{name} is between 1 and {most}.")
    return int(value)
