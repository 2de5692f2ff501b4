"""What routes ask for: the state, a session that commits when the route returns, the caller, checked ids.

FastAPI walks the whole tree below each dependency for every request, also where it knows the answer. So the
tree is flat: who calls is found out once, by what counts the request, and is read from the request by others.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends, Path, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from structlog.contextvars import bind_contextvars

from api.doorkeeper import Doorkeeper
from api.errors import WithMembers
from api.state import Policy, Sessions
from models.errors import Unauthenticated
from models.scopes import InsufficientScope, Scope
from models.tables.tenants import DEFAULT_TENANT
from services import keys
from services.infra.storage import Storage
from services.infra.tenancy import Tenancy, TenantSessions
from services.tenants import Terms

CALLER = "kerf.caller"
"""Where a request has its caller."""

bearer = HTTPBearer(
    scheme_name="ApiKeyBearer", description="An API key, made by `kerf keys create`.", auto_error=False
)
header = APIKeyHeader(
    scheme_name="ApiKeyHeader", name="X-API-Key", description="The same key in a header.", auto_error=False
)


async def get_system_sessions(request: Request) -> Sessions:
    """Bound to no tenant, so they see all: for the door itself, probes and metrics."""
    found: Sessions = request.state.sessions
    return found


async def get_storage(request: Request) -> Storage:
    """Where documents' bytes are kept."""
    found: Storage = request.state.storage
    return found


async def get_policy(request: Request) -> Policy:
    """Limits and switches of this installation."""
    found: Policy = request.state.policy
    return found


async def get_doorkeeper(request: Request) -> Doorkeeper:
    """That of this process."""
    found: Doorkeeper = request.state.doorkeeper
    return found


SystemSessionsDep = Annotated[Sessions, Depends(get_system_sessions)]
StorageDep = Annotated[Storage, Depends(get_storage)]
PolicyDep = Annotated[Policy, Depends(get_policy)]
DoorkeeperDep = Annotated[Doorkeeper, Depends(get_doorkeeper)]


async def identify(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    key: Annotated[str | None, Security(header)],
) -> keys.Caller:
    """Whose key was sent, `Authorization` before `X-API-Key`; Unauthenticated. CallerDep knows it then."""
    policy: Policy = request.state.policy
    given = credentials.credentials if credentials else key
    if given is not None:
        caller = await _owner_of(given, policy, request.state.sessions)
    elif policy.api_key_required:
        raise Unauthenticated
    else:
        caller = keys.Caller(DEFAULT_TENANT, Scope.ADMIN)
    request.scope[CALLER] = caller
    bind_contextvars(tenant=caller.tenant_id)  # in the request's lines from now on
    return caller


async def _owner_of(key: str, policy: Policy, sessions: Sessions) -> keys.Caller:
    """In short transactions of its own, so that a route that waits holds no connection."""
    async with sessions.begin() as session:
        caller, use = await keys.verify(session, key, policy.peppers, rehash=policy.is_settled)
    if use is not None:
        with suppress(SQLAlchemyError, OSError):  # a request is worth more than the note that it was made
            async with sessions.begin() as session:
                await keys.note(session, use)
    return caller


async def get_caller(request: Request) -> keys.Caller:
    """Who was let in."""
    found: keys.Caller = request.scope[CALLER]
    return found


async def get_tenant(request: Request) -> str:
    """The tenant for whom the caller speaks."""
    return (await get_caller(request)).tenant_id


IdentifiedDep = Annotated[keys.Caller, Depends(identify)]
CallerDep = Annotated[keys.Caller, Depends(get_caller)]
TenantDep = Annotated[str, Depends(get_tenant)]


@dataclass(frozen=True, slots=True)
class Needs:
    """The scope that a route asks of its caller; the OpenAPI document shows it. InsufficientScope."""

    scope: Scope

    async def __call__(self, caller: CallerDep) -> None:
        """Lets those through who have it."""
        if not caller.scope.covers(self.scope):
            detail = f"This needs a key with the scope {self.scope}; this one has {caller.scope}."
            raise WithMembers(InsufficientScope(detail), {"scope": self.scope})


READS, WRITES, ADMINISTERS = (Depends(Needs(scope)) for scope in Scope)
"""What every route behind the door declares one of, itself or by its router; the larger one counts."""


async def get_sessions(request: Request) -> TenantSessions:
    """The tenant's sessions, for routes that wait or stream and so take them as they need them."""
    tenancy: Tenancy = request.state.tenancy
    return await tenancy.of(await get_tenant(request))


SessionsDep = Annotated[TenantSessions, Depends(get_sessions)]


async def get_terms(request: Request) -> Terms:
    """What is otherwise for the caller's tenant."""
    doorkeeper: Doorkeeper = request.state.doorkeeper
    return await doorkeeper.terms(await get_sessions(request), await get_tenant(request))


async def policy_of(request: Request) -> Policy:
    """The installation's policy with the limits that are lower for the tenant."""
    policy: Policy = request.state.policy
    return replace(policy, limits=policy.limits.lowered((await get_terms(request)).lowered))


async def open_session(sessions: SessionsDep) -> AsyncIterator[AsyncSession]:
    """One transaction for one request, committed before the answer is sent, undone by any error."""
    async with sessions.begin() as session:
        yield session


def is_json(request: Request) -> bool:
    """Whether the body says that it is JSON."""
    media_type = request.headers.get("content-type", "").partition(";")[0]
    return media_type.strip().lower() == "application/json"


async def require_json(request: Request) -> None:
    """HTTPException 415 unless the body says that it is JSON."""
    if not is_json(request):
        raise HTTPException(415, "Send the body as application/json.")


TenantPolicyDep = Annotated[Policy, Depends(policy_of)]
SessionDep = Annotated[AsyncSession, Depends(open_session, scope="function")]
JSON_BODY = Depends(require_json)


def _id(prefix: str, what: str) -> Any:
    return Path(pattern=rf"^{prefix}_[0-9A-Za-z_-]{{1,60}}$", description=f"Id of the {what}.")


DocumentId = Annotated[str, _id("doc", "document")]
BatchId = Annotated[str, _id("bat", "batch")]
JobId = Annotated[str, _id("job", "job")]
ChunkId = Annotated[str, _id("chk", "chunk")]
WebhookId = Annotated[str, _id("ep", "webhook endpoint")]
DeliveryId = Annotated[str, _id("dlv", "webhook delivery")]
KeyId = Annotated[str, _id("key", "API key")]
