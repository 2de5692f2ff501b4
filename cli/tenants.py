"""`kerf tenants`: who shares this installation, what their documents may take, and their share of it."""

from typing import Annotated

import typer

from cli import housekeeping
from cli.database import Data, transaction

app = typer.Typer(
    help="Tenants: create, list, lower their limits, set their share, erase.", no_args_is_help=True
)
app.command("retain")(housekeeping.retain)
app.command("erase")(housekeeping.erase)
TenantId = Annotated[str, typer.Argument(help="The id that `kerf tenants list` shows.")]


@app.command("create")
def create(
    tenant: Annotated[str, typer.Argument(help="Its id: letters, digits, - and _.")],
    name: Annotated[str, typer.Argument(help="Its name.")] = "",
    data: Data = None,
) -> None:
    """Make a tenant; `kerf keys create --tenant` makes its keys."""
    from services import tenants

    record = transaction(data, lambda session: tenants.create(session, tenant, name or tenant))
    typer.echo(f"{record.id} {record.name}")


@app.command("list")
def list_all(data: Data = None) -> None:
    """Print every tenant's id, age, name, lowered limits and quotas."""
    from services import tenants

    for record in transaction(data, tenants.list_all):
        own = {**(record.lowered or {}), **(record.quotas or {})}
        shown = " ".join(f"{name}={value:g}" for name, value in sorted(own.items()))
        state = "being erased" if record.erasing_at else ""
        kept = f"keeps={record.retention.total_seconds() / 86_400:g}d" if record.retention else ""
        parts = (record.id, f"{record.created_at:%Y-%m-%d}", record.name, shown, kept, state)
        typer.echo("  ".join(part for part in parts if part))


@app.command("limits")
def limits(
    tenant: TenantId,
    changes: Annotated[
        list[str] | None, typer.Argument(help="NAME=VALUE lowers a limit, NAME= takes that back.")
    ] = None,
    data: Data = None,
) -> None:
    """Lower limits of one document for one tenant, from its next upload and attempt on; print all lowered."""
    from services import tenants

    wanted = dict(parsed(change) for change in changes or [])
    lowered = transaction(data, lambda session: tenants.lower(session, tenant, wanted))
    for name, value in sorted(lowered.items()):
        typer.echo(f"{name}={value:.15g}")


@app.command("quota")
def quota(
    tenant: TenantId,
    changes: Annotated[
        list[str] | None, typer.Argument(help="NAME=VALUE sets one, NAME= lets the installation's hold.")
    ] = None,
    data: Data = None,
) -> None:
    """Set one tenant's share (weight, max_running …) from the next request and round on; print all set."""
    from services import quotas

    wanted = dict(parsed(change) for change in changes or [])
    own = transaction(data, lambda session: quotas.change(session, tenant, wanted))
    for name, value in sorted(own.items()):
        typer.echo(f"{name}={value:.15g}")


def parsed(change: str) -> tuple[str, float | None]:
    """The name and the value of one change, None where nothing stands behind the equals sign."""
    from models.errors import InvalidInput

    name, equals, value = change.partition("=")
    try:
        if equals:
            return name, float(value) if value else None
    except ValueError:
        pass
    raise InvalidInput(f"{change} is not of the form NAME=NUMBER.")
