"""Bringing a database to the schema this version of Kerf expects."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import NullPool

from services.infra.urls import psycopg_url

if TYPE_CHECKING:
    from alembic.config import Config

ONE_AT_A_TIME = Lock()
"""Alembic keeps what it is doing in module globals; other processes wait in the database."""

HAS_REVISION = "SELECT to_regclass('alembic_version')"
REVISION = "SELECT version_num FROM alembic_version"
SCRIPTS = Path(__file__).parents[2] / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up. Several at once are safe: one works, the others wait and find nothing to do.

    A database that a later version has migrated stays as it is: this version works on it.
    """
    from alembic import command  # noqa: PLC0415  # heavy, and only migrators need it

    if later(url) is not None:
        return
    with ONE_AT_A_TIME:
        command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Migrate down; `base` leaves an empty schema."""
    from alembic import command  # noqa: PLC0415  # heavy, and only migrators need it

    with ONE_AT_A_TIME:
        command.downgrade(configuration(url), revision)


def configuration(url: str) -> "Config":
    """What Alembic needs to know, without a file."""
    from alembic.config import Config  # noqa: PLC0415  # heavy, and only migrators need it

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    return config


@cache
def known() -> tuple[str, ...]:
    """Every revision this version of Kerf knows of, the newest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # heavy, and asked once

    found = tuple(script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions())
    if not found:
        raise LookupError("there are no migrations beside this installation")
    return found


def expected() -> str:
    """The revision this version of Kerf needs."""
    return known()[0]


def later(url: str) -> str | None:
    """The revision the database is at, if only a later version knows it."""
    connecting = {"connect_timeout": 10, "client_encoding": "utf8"}
    engine = create_engine(psycopg_url(url), poolclass=NullPool, connect_args=connecting)
    with engine.connect() as connection:
        if connection.scalar(text(HAS_REVISION)) is None:
            return None
        found: str | None = connection.scalar(text(REVISION))
    return found if found is not None and found not in known() else None


def fits(found: str | None) -> bool:
    """Whether this version works on that schema: on its own, and on the next release's while a deploy lasts.

    A revision it has never heard of is a later one: see docs/decisions/0024-upgrades.md.
    """
    return found is not None and found not in known()[1:]


async def current(session: AsyncSession) -> str | None:
    """The revision the database is at; None before the first migration."""
    if await session.scalar(text(HAS_REVISION)) is None:
        return None
    found: str | None = await session.scalar(text(REVISION))
    return found
