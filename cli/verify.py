"""`kerf verify`: whether every stored byte that the database names is there and whole."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import Data
from cli.environment import database_url, fail, read_settings

if TYPE_CHECKING:
    from services.infra.config import Settings


def verify(
    quick: Annotated[  # noqa: FBT002 - an option of a command
        bool, typer.Option("--quick", help="Only look whether they are there, without reading them.")
    ] = False,
    data: Data = None,
) -> None:
    """Hold every stored file that a row names against its SHA-256; exit code 1 if one is missing or damaged.

    Nothing is changed. Run it after bringing a backup back, and whenever a disk is in doubt.
    """
    from sqlalchemy.exc import SQLAlchemyError

    settings = read_settings(data_dir=data)
    url = database_url(settings, embedded=data is not None)
    try:
        wrong = asyncio.run(verified(settings, url, reads=not quick))
    except SQLAlchemyError as error:
        fail(f"the database did not answer as it should: {str(error).splitlines()[0]}", code=1)
    if wrong:
        raise typer.Exit(1)


async def verified(settings: "Settings", url: str, *, reads: bool) -> int:
    """How many files are not as they should be; a line for each, and one for all."""
    from services.infra.database import make_engine, make_sessions
    from services.infra.integrity import Standing
    from services.infra.stores import make_examiner
    from workers.verifying import Verification

    engine = make_engine(url)
    files = size = wrong = 0
    try:
        examiner = make_examiner(settings.storage_url, settings.objects_dir)
        async for named in Verification(make_sessions(engine), examiner, reads=reads).whole():
            files, size = files + 1, size + named.found.size
            if named.found.standing is not Standing.WHOLE:
                wrong += 1
                typer.echo(f"{named.found.standing.upper():7}  {named.address}  {' '.join(named.owners)}")
    finally:
        await engine.dispose()
    how = "read" if reads else "found"
    typer.echo(f"{files:,} stored files are needed ({size:,} bytes {how}); {wrong:,} are not whole")
    return wrong
