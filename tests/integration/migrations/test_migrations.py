"""The migrations give exactly the schema that the tables describe, whoever runs them and how often."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, Engine, create_engine, literal, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from models.errors import Unavailable
from models.tables import Base
from models.tables.tenants import DEFAULT_TENANT
from services.infra.database import make_engine, make_sessions
from services.infra.migrate import current, downgrade, expected, later, upgrade
from services.infra.urls import psycopg_url
from tests.support.postgres import database

ROOT = Path(__file__).parents[3]
MIGRATION_LOCK = 0x6B657266

CATALOGUE = {
    "columns": """
        SELECT table_name, column_name, data_type, udt_name, is_nullable, column_default
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
}


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    engine = create_engine(psycopg_url(url), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def catalogue(connection: Connection) -> dict[str, set[tuple[object, ...]]]:
    """What the server says of its tables, without Alembic's own."""
    return {
        part: {tuple(row) for row in connection.execute(text(query)) if "alembic_version" not in tuple(row)}
        for part, query in CATALOGUE.items()
    }


def tables(connection: Connection) -> set[str]:
    query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return set(connection.execute(query).scalars())


def test_the_migrated_schema_is_the_schema_of_the_tables(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    with engine_of(empty_database_url) as engine, engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []
        migrated = catalogue(connection)
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        Base.metadata.create_all(connection)
        assert migrated == catalogue(connection)
        assert len(migrated["constraints"]) > len(Base.metadata.tables)


def test_the_comparison_sees_a_constraint_that_alembic_does_not(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    with engine_of(empty_database_url) as engine, engine.begin() as connection:
        before = catalogue(connection)
        connection.execute(text("ALTER TABLE jobs DROP CONSTRAINT ck_jobs_state"))
        assert catalogue(connection) != before


def test_simultaneous_migrations_of_several_processes_do_the_work_once(empty_database_url: str) -> None:
    code = f"from services.infra.migrate import upgrade; upgrade({empty_database_url!r})"
    migrators = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, [empty_database_url] * 3))
    assert [migrator.wait(60) for migrator in migrators] == [0, 0, 0]
    with engine_of(empty_database_url) as engine, engine.connect() as connection:
        assert tables(connection) == {*Base.metadata.tables, "alembic_version"}
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
        assert connection.scalar(text("SELECT count(*) FROM tenants")) == 1


def test_a_migrator_waits_for_the_one_before_it(empty_database_url: str) -> None:
    with (
        engine_of(empty_database_url) as engine,
        engine.connect() as connection,
        ThreadPoolExecutor(1) as pool,
    ):
        connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        migration = pool.submit(upgrade, empty_database_url)
        with pytest.raises(TimeoutError):
            migration.result(0.5)
        assert tables(connection) == set()
        connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        migration.result(30)
        connection.commit()
        assert "jobs" in tables(connection)


def test_migrating_down_leaves_no_table_and_up_again_works(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    downgrade(empty_database_url, "base")
    with engine_of(empty_database_url) as engine, engine.connect() as connection:
        assert tables(connection) == {"alembic_version"}
    upgrade(empty_database_url)
    with engine_of(empty_database_url) as engine, engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM tenants")) == DEFAULT_TENANT


def test_the_database_itself_refuses_a_running_job_without_a_token(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    insert = """
        INSERT INTO documents (id, name, sha256, size, tenant_id) VALUES ('doc_1', '', '', 0, 'default');
        INSERT INTO jobs (id, document_id, ordinal, name, sha256, size, options, state, tenant_id)
        VALUES ('job_1', 'doc_1', 1, '', '', 0, '{}', 'running', 'default')"""
    with (
        engine_of(empty_database_url) as engine,
        engine.connect() as connection,
        pytest.raises(IntegrityError, match="ck_jobs_token_while_running"),
    ):
        connection.exec_driver_sql(insert)


def test_what_an_older_kerf_has_made_gets_sources_and_numbers(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0001")
    old = """
        INSERT INTO documents (id, name, sha256, size, media_type, page_count, artifact, current_version,
            tenant_id)
        VALUES ('doc_1', 'a.pdf', 'aa', 7, 'application/pdf', 3, 'bb', 2, 'default'),
            ('doc_2', 'b.pdf', 'cc', 8, NULL, NULL, NULL, NULL, 'default');
        INSERT INTO jobs (id, document_id, options, state, version, tenant_id)
        VALUES ('job_late', 'doc_1', '{}', 'succeeded', 2, 'default'),
            ('job_failed', 'doc_1', '{}', 'failed', NULL, 'default'),
            ('job_first', 'doc_1', '{}', 'succeeded', 1, 'default'),
            ('job_waiting', 'doc_1', '{}', 'queued', NULL, 'default'),
            ('job_other', 'doc_2', '{}', 'queued', NULL, 'default');
        INSERT INTO document_versions (document_id, number, job_id, options, manifest, tenant_id)
        VALUES ('doc_1', 1, 'job_first', '{}', '{}', 'default'),
            ('doc_1', 2, 'job_late', '{}', '{}', 'default');
        UPDATE jobs SET created_at = now() - interval '1 hour' WHERE id = 'job_failed'"""
    with engine_of(empty_database_url) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql(old)
        upgrade(empty_database_url)
        with engine.begin() as connection:
            jobs = connection.execute(text("SELECT id, ordinal, name, sha256, size FROM jobs"))
            assert {tuple(row) for row in jobs} == {
                ("job_first", 1, "a.pdf", "aa", 7),
                ("job_late", 2, "a.pdf", "aa", 7),
                ("job_failed", 3, "a.pdf", "aa", 7),
                ("job_waiting", 4, "a.pdf", "aa", 7),
                ("job_other", 1, "b.pdf", "cc", 8),
            }
            counted = connection.execute(text("SELECT id, submissions FROM documents ORDER BY id"))
            assert [tuple(row) for row in counted] == [("doc_1", 4), ("doc_2", 1)]
            versions = connection.execute(text("SELECT sha256, page_count, artifact FROM document_versions"))
            assert {tuple(row) for row in versions} == {("aa", 3, "bb")}
        downgrade(empty_database_url, "0001")
        upgrade(empty_database_url)


async def test_a_database_knows_its_revision(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    try:
        async with make_sessions(engine)() as session:
            assert await current(session) is None
        upgrade(empty_database_url)
        async with make_sessions(engine)() as session:
            assert await current(session) == expected()
    finally:
        await engine.dispose()


def test_a_database_of_a_later_version_stays_as_it_is(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    assert later(empty_database_url) is None
    with engine_of(empty_database_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of tomorrow'"))
        before = catalogue(connection)
    upgrade(empty_database_url)
    assert later(empty_database_url) == "of tomorrow"
    with engine_of(empty_database_url) as engine, engine.begin() as connection:
        assert catalogue(connection) == before


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_every_usual_scheme_of_a_url_connects(postgres_url: str, scheme: str) -> None:
    engine = make_engine(f"{scheme}://{postgres_url.partition('://')[2]}")
    try:
        async with engine.connect() as connection:
            assert await connection.scalar(text("SHOW timezone")) == "UTC"
            assert await connection.scalar(text("SHOW lock_timeout")) == "30s"
    finally:
        await engine.dispose()


def test_a_database_that_cannot_hold_every_text_is_refused(postgres_server: URL) -> None:
    options = "ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc"
    with (
        database(postgres_server, options=options) as url,
        pytest.raises(Unavailable, match="stores text as SQL_ASCII"),
    ):
        upgrade(url)


async def test_the_client_encoding_of_the_environment_changes_no_text(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    engine = make_engine(postgres_url)
    async with engine.connect() as connection:
        assert await connection.scalar(select(literal("§ 7 → Ω"))) == "§ 7 → Ω"
    await engine.dispose()
