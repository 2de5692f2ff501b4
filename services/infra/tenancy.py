"""Sessions that see one tenant: each transaction takes on the application role and names the tenant.

Both are `SET LOCAL`: they end with the transaction, so no connection carries them back into the pool.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import Session, SessionTransaction

from models.errors import Unavailable
from services.infra.isolation import MEMBER, ROLE_OF, SETTING

BOUND = "bound to a tenant"
NO_ROLE = "none"
"""What `role` is set to for the login itself."""

BIND = f"SELECT set_config('role', %(role)s, true), set_config('{SETTING}', %(tenant)s, true)"

_ROLE = ROLE_OF.format("pg_get_userbyid(c.relowner)::text")
_MAY_TAKE = MEMBER.format("session_user", "role")
FIND = f"""
SELECT role, u.rolsuper OR u.rolbypassrls AS is_above,
       {_MAY_TAKE} AND coalesce(has_table_privilege(r.oid, found.oid, 'SELECT'), false) AS may_take
  FROM (SELECT c.oid, {_ROLE} AS role FROM pg_class c WHERE c.oid = to_regclass('tenants')) AS found
  LEFT JOIN pg_roles r ON r.rolname = role
  JOIN pg_roles u ON u.rolname = session_user
"""  # noqa: S608 - made of what stands here and in isolation.py


class BoundSession(Session):
    """What sessions are underneath: those with BOUND in their `info` set it in every transaction."""


@event.listens_for(BoundSession, "after_begin")
def _bind(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    bound = session.info.get(BOUND)
    if bound is not None and not transaction.nested:
        connection.exec_driver_sql(BIND, bound)


@dataclass(frozen=True, slots=True)
class Walls:
    """How a database keeps tenants apart for this login: by role and setting, or by the setting alone."""

    role: str
    is_above: bool
    may_take: bool

    @property
    def stand(self) -> bool:
        """Whether they hold: a login above row-level security must take on a role that is not."""
        return self.may_take or not self.is_above

    @property
    def taken(self) -> str:
        """What a transaction sets as its role."""
        return self.role if self.may_take else NO_ROLE


@dataclass(frozen=True, slots=True)
class TenantSessions:
    """Sessions of one tenant."""

    _sessions: async_sessionmaker[AsyncSession]
    _bound: dict[str, Any]

    def __call__(self) -> AsyncSession:
        """One session, undone where its block ends without a commit."""
        return self._sessions(info={BOUND: self._bound})

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed at the end of the block, undone by any error."""
        async with self() as session, session.begin():
            yield session


class Tenancy:
    """Gives each tenant its sessions."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions
        self._role: str | None = None

    async def of(self, tenant_id: str) -> TenantSessions:
        """The tenant's sessions; Unavailable while the database cannot keep it from others' rows."""
        if self._role is None:
            async with self._sessions() as session:
                walls = await find_walls(session)
            if walls is None or not walls.stand:
                raise Unavailable("The database does not keep tenants apart yet: `kerf migrate` must run.")
            self._role = walls.taken
        return TenantSessions(self._sessions, {"role": self._role, "tenant": tenant_id})


async def find_walls(session: AsyncSession) -> Walls | None:
    """How tenants are kept apart; None before the first migration."""
    row = (await session.execute(text(FIND))).one_or_none()
    return None if row is None else Walls(row.role, row.is_above, row.may_take)
