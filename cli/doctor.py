"""`kerf doctor`: every setting in force, and what can be reached with them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.environment import read_settings

if TYPE_CHECKING:
    from services.infra.config import Settings

Data = Annotated[Path | None, typer.Option("--data", help="Data folder, as given to `kerf up`.")]


def doctor(data: Data = None) -> None:
    """Print every setting with its value, then check what it leads to; exit code 1 if something is broken."""
    from cli.checks import examine
    from cli.findings import MARKS, State

    settings = read_settings(data_dir=data)
    _print_settings(settings)
    typer.echo("")
    found = asyncio.run(examine(settings))
    width = max(len(finding.name) for finding in found)
    for finding in found:
        typer.echo(f"{MARKS[finding.state]}  {finding.name:{width}}  {finding.detail}")
    if any(finding.state is State.BROKEN for finding in found):
        raise typer.Exit(1)


def _print_settings(settings: "Settings") -> None:
    from services.infra.config import PREFIX

    names = {name: f"{PREFIX}{name.upper()}" for name in type(settings).model_fields}
    width = max(map(len, names.values()))
    for name, variable in names.items():
        given = "set" if name in settings.model_fields_set else "default"
        typer.echo(f"{variable:{width}}  {given:7}  {shown(getattr(settings, name))}")


def shown(value: object) -> str:
    """A value as it may be printed: a URL without its password, any other secret not at all."""
    from pydantic import SecretStr
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    if value is None:
        return "-"
    if not isinstance(value, SecretStr):
        return str(value)
    try:
        return make_url(value.get_secret_value()).render_as_string(hide_password=True)
    except ArgumentError:
        return "***"
