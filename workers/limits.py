"""The limits that are lower for the tenant of an attempt."""

from collections.abc import Mapping

from services import tenants
from services.jobs.claims import Claim
from workers.process import Process


def lowered(process: Process, claim: Claim) -> Mapping[str, float]:
    """As they stand when the attempt begins."""
    return process.run(_lowered(process, claim.tenant_id))


async def _lowered(process: Process, tenant_id: str) -> Mapping[str, float]:
    async with process.sessions.begin() as session:
        return (await tenants.terms(session, tenant_id)).lowered
