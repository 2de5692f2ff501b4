"""How Alembic meets the database: one migrator at a time, never waiting long for a table in use."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import context
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, create_engine, func, pool, select, text
from sqlalchemy.exc import OperationalError

from models.errors import Unavailable
from models.tables import Base
from services.infra.isolation import enforce, make_role
from services.infra.urls import psycopg_url

MIGRATION_LOCK = 0x6B657266  # "kerf"
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.1
LOCK_SECONDS = 2
"""Everybody who comes after a statement that waits for a table waits too: it gives up, and tries again."""

REST_SECONDS = 3.0
STATEMENT_SECONDS = 600


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Hold the advisory lock of migrations; TimeoutError when another migrator does not end.

    Tried again and again instead of waited for: a waiting statement would hold a snapshot that
    CREATE INDEX CONCURRENTLY of the other migrator waits for.
    """
    patience = time.monotonic() + WAIT_SECONDS
    while not connection.scalar(select(func.pg_try_advisory_lock(MIGRATION_LOCK))):
        connection.commit()
        if time.monotonic() > patience:
            raise TimeoutError("another migration has been running for too long")
        time.sleep(POLL_SECONDS)
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(select(func.pg_advisory_unlock(MIGRATION_LOCK)))
        connection.commit()


def refuse_other_encodings(connection: Connection) -> None:
    """Text of every language must fit; Unavailable with what to do where it does not."""
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise Unavailable(f"The database stores text as {encoding}; make one with ENCODING 'UTF8'.")


def patiently(connection: Connection, work: Callable[[Connection], None]) -> None:
    """Do the work, again after a rest where tables were in use; LockNotAvailable when they always are."""
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return work(connection)
        except OperationalError as error:
            connection.rollback()
            in_use = isinstance(error.orig, (LockNotAvailable, DeadlockDetected))
            if not in_use or time.monotonic() > patience:
                raise
            time.sleep(REST_SECONDS)


def run(connection: Connection) -> None:
    """The requested migrations, each in a transaction of its own, so that none holds a lock for the next."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if context.get_context().get_current_revision() == context.script.get_current_head():
        enforce(connection)
    connection.commit()


def migrate(connection: Connection) -> None:
    """Run the requested migrations with time limits."""
    refuse_other_encodings(connection)
    connection.execute(text(f"SET lock_timeout = '{LOCK_SECONDS}s'"))
    connection.execute(text(f"SET statement_timeout = '{STATEMENT_SECONDS}s'"))
    connection.commit()
    with alone(connection):
        make_role(connection)
        connection.commit()
        patiently(connection, run)


def main() -> None:
    """Connect with the URL given in code, else with KERF_DATABASE_URL."""
    url = context.config.attributes.get("url") or os.environ["KERF_DATABASE_URL"]
    connecting = {"connect_timeout": 10, "client_encoding": "utf8", "application_name": "kerf migrate"}
    engine = create_engine(psycopg_url(url), poolclass=pool.NullPool, connect_args=connecting)
    with engine.connect() as connection:
        migrate(connection)


main()
