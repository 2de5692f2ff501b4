"""Bringing a database to the schema this version of Kerf expects."""

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

if TYPE_CHECKING:
    from alembic.config import Config

ONE_AT_A_TIME = Lock()
"""Alembic keeps what it is doing in module globals; other processes wait in the database."""

SCRIPTS = Path(__file__).parents[2] / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up. Several at once are safe: one works, the others wait and find nothing to do."""
    from alembic import command  # noqa: PLC0415  # heavy, and only migrators need it

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
def expected() -> str:
    """The revision this version of Kerf needs."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # heavy, and asked once

    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise LookupError("there are no migrations beside this installation")
    return head


async def current(session: AsyncSession) -> str | None:
    """The revision the database is at; None before the first migration."""
    if await session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = await session.scalar(text("SELECT version_num FROM alembic_version"))
    return found
