"""`kerf sweep`: what of the stored bytes nothing refers to any more."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import Data
from cli.environment import database_url, fail, read_settings

if TYPE_CHECKING:
    from services.infra.config import Settings
    from workers.blobs import Swept


def sweep(
    remove: Annotated[  # noqa: FBT002 - an option of a command
        bool, typer.Option("--remove", help="Set unused bytes aside; remove what lay aside long enough.")
    ] = False,
    data: Data = None,
) -> None:
    """Count stored files that nothing refers to and that are older than KERF_SWEEP_GRACE_HOURS.

    Without --remove nothing is changed. With it they are set aside, and those that were set aside that long
    before are removed; whoever needs one meanwhile gets it back. Expired uploads go at once.
    """
    from sqlalchemy.exc import SQLAlchemyError

    settings = read_settings(data_dir=data)
    url = database_url(settings, embedded=data is not None)
    if settings.storage_url is None and not settings.objects_dir.is_dir():
        fail(f"there are no stored documents in {settings.objects_dir}")
    try:
        found, uploads = asyncio.run(_swept(settings, url, removes=remove))
    except SQLAlchemyError as error:
        fail(f"the database did not answer as it should: {str(error).splitlines()[0]}", code=1)
    if remove:
        typer.echo(f"uploads    {uploads:>9,} not complete in time")
    for name in ("stored", "unused", "set_aside", "removed") if remove else ("stored", "unused"):
        part = getattr(found, name)
        typer.echo(f"{name.replace('_', ' '):9}  {part.blobs:>9,} files  {part.bytes:>17,} bytes")


async def _swept(settings: "Settings", url: str, *, removes: bool) -> "tuple[Swept, int]":
    from services.infra.database import make_engine, make_sessions
    from services.infra.stores import make_partials, make_quarantine
    from workers import uploads
    from workers.blobs import BlobSweep

    engine = make_engine(url)
    try:
        grace = settings.sweep_grace.total_seconds()
        quarantine = make_quarantine(settings.storage_url, settings.objects_dir)
        sessions = make_sessions(engine)
        partials = make_partials(settings.storage_url, settings.objects_dir)
        gone = await uploads.sweep(sessions, partials, strangers=True) if removes else 0
        return await BlobSweep(sessions, quarantine, grace=grace, removes=removes).whole(), gone
    finally:
        await engine.dispose()
