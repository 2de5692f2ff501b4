"""`kerf version`."""

import platform

import typer


def version() -> None:
    """Print the version of Kerf, of its chunk profile and of Python."""
    from importlib.metadata import version as installed

    from models.chunk import PROFILE

    typer.echo(f"kerf {installed('kerf')} (profile {PROFILE}, Python {platform.python_version()})")
