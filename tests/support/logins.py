"""Logins of the test server that are no superusers, as those of real installations."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg import sql
from sqlalchemy import URL

from tests.support.postgres import connect

IS_SUPER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"


@contextmanager
def owner(server: URL, *, may_make_roles: bool) -> Iterator[str]:
    """The address of an empty database that belongs to a login of its own; both are gone at the end."""
    name, password = f"kerf_test_{secrets.token_hex(6)}", secrets.token_hex(16)
    who, role = sql.Identifier(name), sql.Identifier(f"kerf_app_{name}")
    kind = sql.SQL("CREATEROLE" if may_make_roles else "NOCREATEROLE")
    with connect(server) as connection:
        if connection.execute(IS_SUPER).fetchone() != (True,):
            pytest.skip("only a superuser makes logins of every kind")
        login = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS {} PASSWORD {}")
        connection.execute(login.format(who, kind, sql.Literal(password)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'").format(who, who)
        )
    try:
        yield server.set(username=name, password=password, database=name).render_as_string(
            hide_password=False
        )
    finally:
        with connect(server) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(who))
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))
            connection.execute(sql.SQL("DROP ROLE {}").format(who))
