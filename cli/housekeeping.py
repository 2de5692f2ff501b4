"""`kerf tenants retain` and `kerf tenants erase`: how long things are kept, and removing all of them."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import Data, transaction
from cli.environment import database_url, fail, read_settings

if TYPE_CHECKING:
    from workers.erasing import Erased

TenantId = Annotated[str, typer.Argument(help="The id that `kerf tenants list` shows.")]
OFF = "off"


def retain(
    tenant: TenantId,
    span: Annotated[str, typer.Argument(metavar="30d|12h|off", help="How long after their last job.")],
    data: Data = None,
) -> None:
    """Let `beat` delete documents of one tenant when nothing was done with them for so long."""
    from services.documents import retention

    kept = None if span == OFF else retention.span_of(span)
    transaction(data, lambda session: retention.retain(session, tenant, kept))
    typer.echo(f"{tenant} keeps its documents" + (f" for {span}" if kept else ""))


def erase(
    tenant: TenantId,
    yes: Annotated[  # noqa: FBT002 - an option of a command
        bool, typer.Option("--yes", help="Do it. There is no way back.")
    ] = False,
    data: Data = None,
) -> None:
    """Remove a tenant: its keys, jobs, documents, webhooks and stored bytes. Run again, it goes on.

    Bytes that another tenant stored too stay. Those stored within the last quarter of an hour go when they
    are older; `beat` sees to it. The tenant `default` itself stays, empty.
    """
    from sqlalchemy.exc import SQLAlchemyError

    if not yes:
        fail(f"this removes everything of the tenant {tenant}; say --yes if you mean it")
    try:
        found = asyncio.run(_erased(tenant, data))
    except SQLAlchemyError as error:
        fail(f"the database did not answer as it should: {str(error).splitlines()[0]}", code=1)
    typer.echo(f"{found.documents:,} documents and {found.blobs:,} stored files removed")
    if found.waiting:
        typer.echo(f"{found.waiting:,} stored files are too young and go within 15 minutes, by `kerf beat`")
    if not found.is_over and not found.waiting:
        fail("something of the tenant came in meanwhile; run this again", code=1)


async def _erased(tenant: str, data: Data) -> "Erased":
    from services.infra.database import make_engine, make_sessions
    from services.infra.stores import make_partials, make_quarantine
    from workers.erasing import Eraser

    settings = read_settings(data_dir=data)
    engine = make_engine(database_url(settings, embedded=data is not None))
    try:
        quarantine = make_quarantine(settings.storage_url, settings.objects_dir)
        partials = make_partials(settings.storage_url, settings.objects_dir)
        return await Eraser(make_sessions(engine), quarantine, partials).erase(tenant)
    finally:
        await engine.dispose()
