"""Migrations and who works meanwhile: nobody waits long, and no large table is read or rewritten."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise

import psycopg
from sqlalchemy import make_url

from services.infra.migrate import known, upgrade
from tests.integration.migrations.test_migrations import engine_of
from tests.integration.migrations.test_with_rows import OLD
from tests.integration.upgrade.previous import SCHEMA
from tests.support.postgres import connect

PATIENCE = 60.0
LARGE = (
    "chunks",
    "documents",
    "document_versions",
    "events",
    "jobs",
    "metric_samples",
    "webhook_attempts",
    "webhook_deliveries",
)
MAY: dict[str, set[str]] = {
    "0020": {"documents", "jobs"},  # it does nothing else, under a lock that lets everybody read and write
}
"""Tables that a migration after the last release may read or rewrite all the same, each with its reason."""

MIGRATORS = """
SELECT wait_event_type = 'Lock' FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'kerf migrate'
"""
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SCANS = """
SELECT c.relname, c.relfilenode, s.seq_scan FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
 WHERE c.relname = ANY(%s)
"""


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def plain(url: str) -> Iterator[psycopg.Connection]:
    with connect(make_url(url)) as connection:
        yield connection


def test_a_migration_that_waits_for_a_table_lets_others_pass_and_comes_again(empty_database_url: str) -> None:
    upgrade(empty_database_url, "0009")
    with (
        plain(empty_database_url) as reader,
        plain(empty_database_url) as other,
        ThreadPoolExecutor(1) as pool,
    ):
        with reader.transaction():
            reader.execute("SELECT count(*) FROM jobs")  # a long report, which 0010 has to wait for
            migration = pool.submit(upgrade, empty_database_url)
            wait_until(lambda: other.execute(MIGRATORS).fetchall() == [(True,)])
            other.execute("SELECT count(*) FROM jobs")  # behind the one that waits, which gives up
            assert not migration.done()
        migration.result(PATIENCE)
        assert other.execute("SELECT version_num FROM alembic_version").fetchone() == (known()[0],)


def look(url: str) -> dict[str, tuple[int, int]]:
    """Of each large table its file and how often it was read from end to end, once nobody else is there."""
    with plain(url) as connection:
        wait_until(lambda: connection.execute(OTHERS).fetchone() == (0,))
        return {name: (file, scans) for name, file, scans in connection.execute(SCANS, [list(LARGE)])}


def test_no_migration_reads_or_rewrites_a_large_table(empty_database_url: str) -> None:
    url = empty_database_url
    upgrade(url, "0004")
    with engine_of(url) as engine, engine.begin() as connection:
        connection.exec_driver_sql(OLD)
    upgrade(url, SCHEMA)
    before = look(url)
    assert before.keys() == set(LARGE)
    for revision in reversed(known()):
        if revision > SCHEMA:
            upgrade(url, revision)
            after = look(url)
            touched = {name for name in LARGE if after[name] != before[name]}
            assert touched <= MAY.get(revision, set()), (
                f"{revision}: make the index concurrently, validate later"
            )
            before = after


def test_the_look_sees_a_rewritten_table_and_one_that_was_read(empty_database_url: str) -> None:
    upgrade(empty_database_url)
    seen = [look(empty_database_url)]
    for statement in (
        "CREATE INDEX ix ON jobs (name)",
        "ALTER TABLE jobs ADD CHECK (name <> '')",
        "ALTER TABLE jobs ALTER size TYPE numeric",
        "ALTER TABLE jobs ADD COLUMN one integer NOT NULL DEFAULT 1",
    ):
        with plain(empty_database_url) as connection:
            connection.execute(statement.encode())
        seen.append(look(empty_database_url))
    changed = [before["jobs"] != after["jobs"] for before, after in pairwise(seen)]
    assert changed == [True, True, True, False]
