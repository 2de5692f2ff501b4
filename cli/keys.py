"""`kerf keys`: the API keys of this installation."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.database import Data, transaction
from cli.environment import read_settings
from models.scopes import Scope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from models.tables.tenants import ApiKeyRecord
    from services.infra.config import Settings
    from services.infra.peppers import Peppers

KeyId = Annotated[str, typer.Argument(help="The id that `kerf keys list` shows.")]
Tenant = Annotated[str | None, typer.Option(help="Whose key it is, as `kerf tenants list` shows.")]
UNITS = {"m": "minutes", "h": "hours", "d": "days"}

app = typer.Typer(help="API keys: create, list, revoke.", no_args_is_help=True)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    scope: Annotated[
        Scope, typer.Option(help="What it may: read; write, so all but keys; admin, keys too.")
    ] = Scope.WRITE,
    expires: Annotated[
        str | None, typer.Option(help="90d, 12h, 30m, or a moment: 2030-01-01T00:00:00Z.")
    ] = None,
    tenant: Tenant = None,
    data: Data = None,
) -> None:
    """Make a key and print it: it is shown this once and kept nowhere."""
    from models.tables.tenants import DEFAULT_TENANT
    from services import keys

    peppers = peppers_of(read_settings(data_dir=data))
    until = None if expires is None else moment(expires, datetime.now(UTC))

    async def work(session: "AsyncSession") -> "tuple[ApiKeyRecord, str, int]":
        unknown = await keys.strangers(session, peppers) if peppers else 0
        made = await keys.create(
            session, tenant or DEFAULT_TENANT, name, peppers=peppers, scope=scope, expires_at=until
        )
        return *made, unknown

    record, key, unknown = transaction(data, work)
    if unknown:
        typer.echo(
            f"kerf: {unknown} keys were made with another secret; if KERF_SECRET_KEY (or --data) is not the "
            "same here as for `kerf serve`, that will not know this key",
            err=True,
        )
    typer.echo(f"{record.id} {record.name}: keep this key, it is not shown again", err=True)
    typer.echo(key)


@app.command("revoke")
def revoke(key_id: KeyId, data: Data = None) -> None:
    """End a key; requests with it are refused from now on."""
    from services import keys

    record = transaction(data, lambda session: keys.revoke(session, key_id))
    typer.echo(f"{record.id} {record.name} is revoked.")


@app.command("list")
def list_all(tenant: Tenant = None, data: Data = None) -> None:
    """Print every key's id, first characters, age, state, scope, expiry, last use and name."""
    from models.tables.tenants import DEFAULT_TENANT
    from services import keys

    now = datetime.now(UTC)
    for record in transaction(data, lambda session: keys.list_all(session, tenant or DEFAULT_TENANT)):
        typer.echo(line(record, now))


def line(record: "ApiKeyRecord", now: datetime) -> str:
    """What the list shows of a key."""
    state = "revoked" if record.revoked_at else "active"
    if state == "active" and record.expires_at is not None and record.expires_at <= now:
        state = "expired"
    expires = f"until {record.expires_at:%Y-%m-%d}" if record.expires_at else "no end"
    used = f"used {record.last_used_at:%Y-%m-%d %H:%M}" if record.last_used_at else "never used"
    return (
        f"{record.id}  {record.prefix}…  {record.created_at:%Y-%m-%d}  {state:7}  {record.scope:5}  "
        f"{expires:16}  {used:21}  {record.name}"
    )


def moment(text: str, now: datetime) -> datetime:
    """A moment as it is written, or so far from now; InvalidInput."""
    from models.errors import InvalidInput

    span = re.fullmatch(r"([0-9]{1,9})([mhd])", text)
    try:
        if span is not None:
            return now + timedelta(**{UNITS[span[2]]: int(span[1])})
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidInput(f"{text} is neither a time such as 90d, 12h, 30m nor a moment.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def peppers_of(settings: "Settings") -> "Peppers | None":
    """Of the secret that is here; None where none is, for one made here nobody else would know."""
    from services.infra.peppers import Peppers
    from services.infra.secrets import KEY_FILE

    if settings.secret_key is not None:
        return Peppers.load(settings.secret_key.get_secret_value(), settings.data_dir)
    if (settings.data_dir / KEY_FILE).exists():
        return Peppers.load(None, settings.data_dir)
    return None
