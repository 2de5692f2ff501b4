"""Row-level security: what makes the database itself keep tenants apart (docs/decisions/0023-tenants.md).

Every table with a `tenant_id`, and `tenants`, shows a transaction the rows of the tenant in `kerf.tenant`
only, and takes no others. Where that is not set, their owner sees all, which is how workers work; everybody
else, the application role among them, sees nothing. The role owns nothing and cannot log in.
"""

from collections.abc import Iterator
from typing import NamedTuple

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

LOG = structlog.get_logger(__name__)

SETTING = "kerf.tenant"
ROLE_OF = "'kerf_app_' || CASE WHEN octet_length({0}) > 50 THEN md5({0}) ELSE {0} END"
"""The application role of an owner: installations of other owners in the same server have others."""

NOW = f"current_setting('{SETTING}', true)"
MAY_ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
ALSO = {
    "tenants": ("SELECT",),
    "metric_samples": ("SELECT", "INSERT"),
    "rate_buckets": ("SELECT", "INSERT", "UPDATE"),
}
"""What the application role may do with tables that have no `tenant_id`; nothing with those not named."""

GUARDED = """
SELECT c.relname AS name, a.attname AS key, pg_get_userbyid(c.relowner) AS owner,
       c.relrowsecurity AND c.relforcerowsecurity AS is_forced,
       ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid
                AND p.polroles = CASE p.polname WHEN 'system' THEN ARRAY[c.relowner] ELSE ARRAY[0::oid] END
             ) AS policies
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
       AND a.attname = CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
 ORDER BY c.relname
"""
LACKING = """
SELECT c.relname, p.name FROM pg_class c, unnest(CAST(:wanted AS text[])) AS p (name)
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = :table
   AND NOT has_table_privilege(CAST(:role AS name), c.oid, p.name)
"""
SEQUENCES = """
SELECT s.relname FROM pg_class s
  JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  JOIN pg_class t ON t.oid = d.refobjid
 WHERE t.relnamespace = current_schema()::regnamespace AND t.relname = :table
   AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(CAST(:role AS name), s.oid, 'USAGE') END
"""


class Guarded(NamedTuple):
    """A table whose rows belong to tenants: by which column, and how far it is guarded."""

    name: str
    key: str
    owner: str
    is_forced: bool
    policies: list[str]


def tables(connection: Connection) -> list[Guarded]:
    """Every table of tenants, as the catalogue has them."""
    return [Guarded(*row) for row in connection.execute(text(GUARDED))]


def make_role(connection: Connection) -> None:
    """The application role of this login, if it is not there and may be made; the login becomes a member.

    Commits. Another migrator, of another database too, may do the same at the same moment. Where the login
    may not do this, the setting alone keeps tenants apart.
    """
    name = connection.scalar(text(f"SELECT {ROLE_OF.format('current_user::text')}"))
    role = quoted(connection, str(name))
    made = f"CREATE ROLE {role} NOLOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
    for statement, is_done in (
        (made, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :name)"),
        (f"GRANT {role} TO CURRENT_USER", f"SELECT {MEMBER.format('current_user', ':name')}"),
    ):
        for _ in range(3):
            if connection.scalar(text(is_done), {"name": name}):
                break
            try:
                connection.execute(text(statement))
                connection.commit()
            except DBAPIError as error:
                connection.rollback()
                LOG.debug("role_not_made", role=name, error=type(error.orig).__name__)
        else:
            LOG.warning("no_application_role", role=name, do=f"{made}; GRANT {role} TO {{login}}")
            return


MEMBER = (
    "coalesce((SELECT pg_has_role({0}, r.oid, CASE WHEN current_setting('server_version_num')::int < 160000"
    " THEN 'MEMBER' ELSE 'SET' END) FROM pg_roles r WHERE r.rolname = {1}), false)"
)
"""Whether a login may take a role on."""


def enforce(connection: Connection) -> None:
    """Guard every table of tenants and grant the application role what it needs; changes only what lacks."""
    found = tables(connection)
    for table in found:
        for statement in guarding(connection, table):
            connection.execute(text(statement))
    for owner in {table.owner for table in found}:
        role = connection.scalar(text(f"SELECT {ROLE_OF.format(':owner')}"), {"owner": owner})
        if connection.scalar(text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :r)"), {"r": role}):
            wanted: dict[str, tuple[str, ...]] = {table.name: MAY_ALL for table in found}
            grant(connection, str(role), wanted | ALSO)


def guarding(connection: Connection, table: Guarded) -> Iterator[str]:
    """Statements that make the table what it should be; none for one that is."""
    name, owner = quoted(connection, table.name), quoted(connection, table.owner)
    if not table.is_forced:
        yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    rules = {
        "tenant": ("PUBLIC", f"{table.key} = {NOW}"),
        "system": (owner, f"coalesce({NOW}, '') = ''"),
    }
    for policy, (whom, rule) in rules.items():
        if policy not in table.policies:
            yield f"DROP POLICY IF EXISTS {policy} ON {name}"
            yield f"CREATE POLICY {policy} ON {name} TO {whom} USING ({rule}) WITH CHECK ({rule})"


def grant(connection: Connection, role: str, wanted: dict[str, tuple[str, ...]]) -> None:
    """Let the role use the tables; only what lacks is granted."""
    to = quoted(connection, role)
    usable = "SELECT has_schema_privilege(CAST(:role AS name), current_schema(), 'USAGE')"
    if not connection.scalar(text(usable), {"role": role}):
        schema = quoted(connection, str(connection.scalar(text("SELECT current_schema()"))))
        connection.execute(text(f"GRANT USAGE ON SCHEMA {schema} TO {to}"))
    for table, privileges in wanted.items():
        asked = {"role": role, "table": table}
        for name, privilege in connection.execute(text(LACKING), {**asked, "wanted": list(privileges)}):
            connection.execute(text(f"GRANT {privilege} ON {quoted(connection, name)} TO {to}"))
        for (name,) in connection.execute(text(SEQUENCES), asked):
            connection.execute(text(f"GRANT USAGE ON SEQUENCE {quoted(connection, name)} TO {to}"))


def lift(connection: Connection) -> None:
    """Take the guard away; the role stays, for other databases may use it."""
    for table in tables(connection):
        name = quoted(connection, table.name)
        for statement in (
            f"DROP POLICY IF EXISTS tenant ON {name}",
            f"DROP POLICY IF EXISTS system ON {name}",
            f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY",
        ):
            connection.execute(text(statement))


def quoted(connection: Connection, name: str) -> str:
    """A name as an identifier of SQL."""
    return connection.dialect.identifier_preparer.quote_identifier(name)
