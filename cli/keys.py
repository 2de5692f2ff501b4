"""`kerf keys`: the API keys of this installation."""

from typing import Annotated

import typer

from cli.database import Data, transaction

KeyId = Annotated[str, typer.Argument(help="The id that `kerf keys list` shows.")]

app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    tenant: Annotated[str | None, typer.Option(help="Whose key it is, as `kerf tenants list` shows.")] = None,
    data: Data = None,
) -> None:
    """Make a key and print it: it is shown this once and kept nowhere."""
    from models.tables.tenants import DEFAULT_TENANT
    from services import keys

    record, key = transaction(data, lambda session: keys.create(session, tenant or DEFAULT_TENANT, name))
    typer.echo(f"{record.id} {record.name}: keep this key, it is not shown again", err=True)
    typer.echo(key)


@app.command("revoke")
def revoke(
    key_id: Annotated[str, typer.Argument(help="The id that `kerf keys list` shows.")], data: Data = None
) -> None:
    """End a key; requests with it are refused from now on."""
    from services import keys

    record = transaction(data, lambda session: keys.revoke(session, key_id))
    typer.echo(f"{record.id} {record.name} is revoked.")


@app.command("list")
def list_all(
    tenant: Annotated[str | None, typer.Option(help="Whose keys are meant.")] = None, data: Data = None
) -> None:
    """Print every key's id, first characters, age, state and name."""
    from models.tables.tenants import DEFAULT_TENANT
    from services import keys

    for record in transaction(data, lambda session: keys.list_all(session, tenant or DEFAULT_TENANT)):
        state = "revoked" if record.revoked_at else "active"
        typer.echo(f"{record.id}  {record.prefix}…  {record.created_at:%Y-%m-%d}  {state:7}  {record.name}")
