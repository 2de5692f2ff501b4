"""What every command starts with: the settings, the logs, and one clear line when something is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from services.infra.config import Settings

USAGE = 2
"""Exit code for what the caller can mend."""


def fail(message: str, code: int = USAGE) -> NoReturn:
    """Says one line on standard error and ends the command."""
    typer.echo(f"kerf: {message}", err=True)
    raise typer.Exit(code)


def read_settings(**given: Any) -> "Settings":
    """The settings of the environment, with what the command line gave on top; None counts as not given."""
    from pydantic import ValidationError

    from services.infra.config import PREFIX, Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        fail(f"{name}: {first['msg']}")


def check_providers(settings: "Settings") -> None:
    """Ends the command when parsers cannot compute networks on what the settings name."""
    if "providers" not in settings.model_fields_set:
        return
    from models.errors import KerfError
    from services.inference import providers

    try:
        providers.check_providers(settings.provider_names)
    except KerfError as error:
        fail(f"KERF_PROVIDERS: {error.detail}")


def start_logs(settings: "Settings") -> None:
    """Logs of a service, on standard error."""
    from services.infra.logs import catch_crashes, configure

    configure(settings.log_level, settings.log_format)
    catch_crashes()


@contextmanager
def traces(service: str) -> Iterator[None]:
    """Traces, if the environment asks for them; at the end what is left of them is sent."""
    from services.infra import tracing

    tracing.start(service)
    try:
        yield
    finally:
        tracing.stop()


def database_url(settings: "Settings", *, embedded: bool = False) -> str:
    """The database of the settings, or of a `kerf up` that runs on the data folder; `embedded`: only that."""
    if settings.database_url is not None and not embedded:
        return settings.database_url.get_secret_value()
    from services.infra.postmaster import running_url

    found = running_url(settings.data_dir / "postgres")
    if found is None:
        known = "" if embedded else "KERF_DATABASE_URL is not set, and "
        fail(f"{known}no `kerf up` runs on {settings.data_dir} (--data)")
    return found
