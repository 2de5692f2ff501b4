"""`kerf migrate`."""

import typer

from cli.environment import database_url, fail, read_settings, start_logs


def migrate() -> None:
    """Bring the database to the schema of this version; safe to run several times and at once."""
    from sqlalchemy.exc import SQLAlchemyError

    from services.infra.migrate import expected, upgrade

    settings = read_settings()
    start_logs(settings)
    try:
        upgrade(database_url(settings))
    except SQLAlchemyError as error:
        fail(f"the database cannot be migrated: {str(error).splitlines()[0]}", code=1)
    typer.echo(f"The database is at revision {expected()}.")
