"""What routes ask for: the state, a session that commits when the route returns, the caller, checked ids."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from api.state import Policy, Sessions
from models.errors import Unauthenticated
from models.tables.tenants import DEFAULT_TENANT
from services import keys, tenants
from services.infra.storage import Storage

bearer = HTTPBearer(
    scheme_name="ApiKeyBearer", description="An API key, made by `kerf keys create`.", auto_error=False
)
header = APIKeyHeader(
    scheme_name="ApiKeyHeader", name="X-API-Key", description="The same key in a header.", auto_error=False
)


def get_sessions(request: Request) -> Sessions:
    """For routes that wait or stream and so take sessions as they need them."""
    found: Sessions = request.state.sessions
    return found


def get_storage(request: Request) -> Storage:
    """Where documents' bytes are kept."""
    found: Storage = request.state.storage
    return found


def get_policy(request: Request) -> Policy:
    """Limits and switches of this installation."""
    found: Policy = request.state.policy
    return found


SessionsDep = Annotated[Sessions, Depends(get_sessions)]
StorageDep = Annotated[Storage, Depends(get_storage)]
PolicyDep = Annotated[Policy, Depends(get_policy)]


async def tenant_of(
    sessions: SessionsDep,
    policy: PolicyDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    key: Annotated[str | None, Security(header)],
) -> str:
    """The tenant whose key was sent, `Authorization` before `X-API-Key`; Unauthenticated.

    Its own short transaction, so that a route that waits holds no connection.
    """
    given = credentials.credentials if credentials else key
    if given is None:
        if policy.api_key_required:
            raise Unauthenticated
        return DEFAULT_TENANT
    async with sessions.begin() as session:
        return await keys.verify(session, given)


async def policy_of(
    sessions: SessionsDep, policy: PolicyDep, tenant: Annotated[str, Depends(tenant_of)]
) -> Policy:
    """The installation's policy with the limits that are lower for the tenant."""
    async with sessions.begin() as session:
        lowered = await tenants.lowered(session, tenant)
    return replace(policy, limits=policy.limits.lowered(lowered))


async def open_session(sessions: SessionsDep) -> AsyncIterator[AsyncSession]:
    """One transaction for one request, committed before the answer is sent, undone by any error."""
    async with sessions.begin() as session:
        yield session


def require_json(request: Request) -> None:
    """HTTPException 415 unless the body says that it is JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise HTTPException(415, "Send the body as application/json.")


TenantDep = Annotated[str, Depends(tenant_of)]
TenantPolicyDep = Annotated[Policy, Depends(policy_of)]
SessionDep = Annotated[AsyncSession, Depends(open_session, scope="function")]
JSON_BODY = Depends(require_json)


def _id(prefix: str, what: str) -> Any:
    return Path(pattern=rf"^{prefix}_[0-9A-Za-z_-]{{1,60}}$", description=f"Id of the {what}.")


DocumentId = Annotated[str, _id("doc", "document")]
JobId = Annotated[str, _id("job", "job")]
ChunkId = Annotated[str, _id("chk", "chunk")]
WebhookId = Annotated[str, _id("ep", "webhook endpoint")]
DeliveryId = Annotated[str, _id("dlv", "webhook delivery")]
