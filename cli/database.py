"""Work of a command in one transaction on the installation's database."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.environment import database_url, fail, read_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
Data = Annotated[Path | None, typer.Option("--data", help="Data folder of the running `kerf up` meant.")]


def transaction(data: Path | None, work: "Callable[[AsyncSession], Awaitable[T]]") -> T:
    """The result of `work` in one transaction on the database of the settings."""
    from sqlalchemy.exc import SQLAlchemyError

    from services.infra.database import make_engine, make_sessions

    url = database_url(read_settings(data_dir=data), embedded=data is not None)

    async def run() -> T:
        engine = make_engine(url)
        try:
            async with make_sessions(engine).begin() as session:
                return await work(session)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except SQLAlchemyError as error:
        fail(f"the database did not answer as it should: {str(error).splitlines()[0]}", code=1)
