"""A real Postgres for tests: the one that is named, the one that answers, or the embedded one."""

import getpass
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.support.locks import exclusive

DRIVER = "postgresql+psycopg"
RIGHTS = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
# A test server that loses power is thrown away, so it need not wait for the disk.
UNSAFE_AND_FAST = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def server() -> Iterator[URL]:
    """The address of a server where databases may be created; a server started here is removed at the end."""
    named = os.environ.get("KERF_TEST_DATABASE_URL")
    if named:
        yield make_url(named).set(drivername=DRIVER)
    elif (local := answering()) is not None:
        yield local
    else:
        with embedded() as url:
            yield url


def answering() -> URL | None:
    """The server on the usual port of this machine that trusts us to create databases, if there is one."""
    for user in ("postgres", getpass.getuser()):
        url = URL.create(DRIVER, username=user, host="127.0.0.1", port=5432, database="postgres")
        with suppress(psycopg.OperationalError), connect(url) as connection:
            row = connection.execute(RIGHTS).fetchone()
            if row is not None and row[0]:
                return url
    return None


@contextmanager
def embedded() -> Iterator[URL]:
    """The embedded store of `kerf up` in a temporary folder."""
    from services.infra.embedded import EmbeddedPostgres

    with tempfile.TemporaryDirectory(prefix="kerf-pg-", ignore_cleanup_errors=True) as folder:
        running = EmbeddedPostgres(Path(folder) / "data")
        with exclusive("postgres"):  # as root it may make a Unix user, which must not happen twice
            url = make_url(running.start())
        try:
            with connect(url) as connection:
                for name in UNSAFE_AND_FAST:
                    connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            running.stop()


@contextmanager
def database(server_url: URL, *, template: str = "", options: str = "ENCODING 'UTF8'") -> Iterator[str]:
    """A new database with a name of its own, dropped at the end: a copy of `template`, or an empty one."""
    name = f"kerf_test_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template or "template0")
    )
    with connect(server_url) as connection:
        connection.execute(create if template else create + sql.SQL(f" {options}"))
    try:
        yield server_url.set(database=name).render_as_string(hide_password=False)
    finally:
        with connect(server_url) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def connect(url: URL) -> psycopg.Connection:
    """A plain connection where each statement commits by itself."""
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)
