"""The database itself keeps tenants apart, whatever a query forgets to ask."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from models.errors import Unavailable
from services.infra.database import make_engine, make_sessions
from services.infra.migrate import upgrade
from services.infra.tenancy import Tenancy, Walls, find_walls
from tests.integration.tenants.furnished import ONE, OTHER, OWNED, everywhere, furnish, seen

Sessions = async_sessionmaker[AsyncSession]
WITH_TENANT = """
SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
   AND (a.attname = 'tenant_id' OR c.relname = 'tenants' AND a.attname = 'id')
"""
POLICIES = """
SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'
"""


@pytest.fixture
async def tenancy(sessions: Sessions) -> Tenancy:
    """Two tenants with rows in every table."""
    for tenant in (ONE, OTHER):
        await furnish(sessions, tenant)
    return Tenancy(sessions)


async def role_of(sessions: Sessions) -> str:
    """The application role."""
    async with sessions() as session:
        walls = await find_walls(session)
    assert walls is not None
    assert walls.may_take
    return walls.role


async def test_every_table_of_tenants_is_guarded_also_from_its_owner_both_ways(sessions: Sessions) -> None:
    async with sessions() as session:
        tables = (await session.execute(text(WITH_TENANT))).all()
        policies = (await session.execute(text(POLICIES))).all()
    assert {name for name, *_ in tables} == set(OWNED)
    assert [name for name, is_on, is_forced in tables if not (is_on and is_forced)] == []
    for table, column in OWNED.items():
        found = {row.policyname: row for row in policies if row.tablename == table}
        assert found.keys() == {"tenant", "system"}, table
        rule = f"(({column})::text = current_setting('kerf.tenant'::text, true))"
        assert (found["tenant"].qual, found["tenant"].with_check) == (rule, rule), table
        for row in found.values():
            assert (row.permissive, row.cmd) == ("PERMISSIVE", "ALL")
            assert row.with_check == row.qual
    assert {row.tablename for row in policies} == set(OWNED)


async def test_the_application_role_owns_nothing_and_is_above_nothing(sessions: Sessions) -> None:
    role = {"role": await role_of(sessions)}
    rights = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolinherit"
    async with sessions() as session:
        found = await session.execute(text(f"SELECT {rights} FROM pg_roles WHERE rolname = :role"), role)
        assert set(found.one()) == {False}
        owned = "SELECT count(*) FROM pg_shdepend d, pg_roles r WHERE r.rolname = :role AND refobjid = r.oid"
        assert await session.scalar(text(owned + " AND deptype = 'o'"), role) == 0
        assert await session.scalar(text(owned + " AND deptype = 'a'"), role) != 0
        member = (
            "SELECT count(*) FROM pg_auth_members m, pg_roles r WHERE m.member = r.oid AND rolname = :role"
        )
        assert await session.scalar(text(member), role) == 0


async def test_each_tenant_sees_its_own_rows_and_who_names_none_sees_none(
    sessions: Sessions, tenancy: Tenancy
) -> None:
    async with sessions.begin() as session:
        whose = {table: found - {"default"} for table, found in (await seen(session)).items()}
        assert whose == everywhere(ONE, OTHER), "every table has rows of both"
    for tenant in (ONE, OTHER):
        async with (await tenancy.of(tenant)).begin() as session:
            assert await seen(session) == everywhere(tenant)
    role = await role_of(sessions)
    async with sessions.begin() as session:
        await session.execute(text(f'SET LOCAL ROLE "{role}"'))
        assert await seen(session) == everywhere()
        for table in OWNED.keys() - {"tenants"}:
            gone = await session.execute(text(f"DELETE FROM {table} RETURNING 1"))
            assert gone.all() == [], table


@pytest.mark.parametrize("table", sorted(OWNED.keys() - {"tenants"}))
async def test_no_row_can_be_given_to_another_tenant_nor_taken_from_it(tenancy: Tenancy, table: str) -> None:
    own = await tenancy.of(ONE)
    async with own.begin() as session:
        touched = text(f"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id = :tenant RETURNING 1")
        assert (await session.execute(touched, {"tenant": OTHER})).all() == []
        assert (await session.execute(touched, {"tenant": ONE})).all() != []
    copied = "jsonb_populate_record(t, jsonb_build_object('tenant_id', CAST(:tenant AS text)))"
    for statement in (
        f"UPDATE {table} SET tenant_id = :tenant",
        f"INSERT INTO {table} SELECT ({copied}).* FROM {table} t",
    ):
        with pytest.raises(DBAPIError, match="row-level security"):
            async with own.begin() as session:
                await session.execute(text(statement), {"tenant": OTHER})


async def test_what_is_of_no_tenant_is_not_the_application_s_to_read(tenancy: Tenancy) -> None:
    for statement in (
        "SELECT * FROM instances",
        "SELECT * FROM metric_totals",
        "SELECT * FROM alembic_version",
        "UPDATE tenants SET name = 'mine'",
        "DELETE FROM tenants",
        "TRUNCATE jobs CASCADE",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE jobs DISABLE ROW LEVEL SECURITY",
    ):
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            async with (await tenancy.of(ONE)).begin() as session:
                await session.execute(text(statement))


async def test_a_savepoint_and_a_transaction_after_a_commit_are_bound_too(tenancy: Tenancy) -> None:
    bound = await tenancy.of(ONE)
    async with bound.begin() as session:
        with pytest.raises(DBAPIError):
            async with session.begin_nested():
                await session.execute(text("SELECT 1 / 0"))
        assert await seen(session) == everywhere(ONE)
    async with bound._sessions(info={"bound to a tenant": bound._bound}) as session:
        for _ in range(2):
            assert await seen(session) == everywhere(ONE)
            await session.commit()


async def test_a_table_that_comes_later_is_guarded_by_the_next_migration(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    engine = make_engine(empty_database_url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE later (id int, tenant_id text)"))
            await connection.execute(text("ALTER TABLE jobs DISABLE ROW LEVEL SECURITY"))
            await connection.execute(text("DROP POLICY tenant ON chunks"))
        upgrade(empty_database_url)
        async with engine.connect() as connection:
            tables = (await connection.execute(text(WITH_TENANT))).all()
            policies = (await connection.execute(text(POLICIES))).all()
        assert {name for name, *_ in tables} == {*OWNED, "later"}
        assert [name for name, is_on, is_forced in tables if not (is_on and is_forced)] == []
        assert len(policies) == 2 * (len(OWNED) + 1)
    finally:
        await engine.dispose()


async def test_nothing_is_answered_where_the_walls_do_not_stand(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0013")
    engine = make_engine(empty_database_url)
    tenancy = Tenancy(make_sessions(engine))
    try:
        with pytest.raises(Unavailable):
            await tenancy.of(ONE)
        upgrade(empty_database_url)
        async with (await tenancy.of("default")).begin() as session:
            assert (await seen(session))["tenants"] == {"default"}
    finally:
        await engine.dispose()


def test_walls_stand_by_the_role_or_for_a_login_that_is_above_none() -> None:
    assert [Walls("r", is_above=a, may_take=m).stand for a in (True, False) for m in (True, False)] == [
        True,
        False,
        True,
        True,
    ]
