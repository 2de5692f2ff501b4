"""`kerf migrate`."""

import typer

from cli.environment import database_url, fail, read_settings, start_logs


def migrate() -> None:
    """Bring the database to the schema of this version; safe to run several times and at once."""
    from sqlalchemy.exc import SQLAlchemyError

    from services.infra.migrate import expected, later, upgrade

    settings = read_settings()
    start_logs(settings)
    try:
        url = database_url(settings)
        upgrade(url)
        found = later(url)
    except SQLAlchemyError as error:
        fail(f"the database cannot be migrated: {str(error).splitlines()[0]}", code=1)
    if found is not None:
        typer.echo(f"The database is at revision {found} of a later version, and stays so.")
        return
    typer.echo(f"The database is at revision {expected()}.")
