"""`kerf keys`: the API keys of this installation."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.environment import database_url, fail, read_settings

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
Data = Annotated[
    Path | None, typer.Option("--data", help="Data folder of the running `kerf up` whose keys are meant.")
]
KeyId = Annotated[str, typer.Argument(help="The id that `kerf keys list` shows.")]

app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)


@app.command("create")
def create(name: Annotated[str, typer.Argument(help="What the key is for.")], data: Data = None) -> None:
    """Make a key and print it: it is shown this once and kept nowhere."""
    from models.tables.tenants import DEFAULT_TENANT
    from services import keys

    record, key = _transaction(data, lambda session: keys.create(session, DEFAULT_TENANT, name))
    typer.echo(f"{record.id} {record.name}: keep this key, it is not shown again", err=True)
    typer.echo(key)


@app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="The id that `kerf keys list` shows.")], data: Data = None
) -> None:
    """End a key; requests with it are refused from now on."""
    from services import keys

    record = _transaction(data, lambda session: keys.revoke(session, key_id))
    typer.echo(f"{record.id} {record.name} is revoked.")


@app.command("list")
def list_all(data: Data = None) -> None:
    """Print every key's id, first characters, age, state and name."""
    from models.tables.tenants import DEFAULT_TENANT
    from services import keys

    for record in _transaction(data, lambda session: keys.list_all(session, DEFAULT_TENANT)):
        state = "revoked" if record.revoked_at else "active"
        typer.echo(f"{record.id}  {record.prefix}…  {record.created_at:%Y-%m-%d}  {state:7}  {record.name}")


def _transaction(data: Path | None, work: "Callable[[AsyncSession], Awaitable[T]]") -> T:
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
