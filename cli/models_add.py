"""`kerf models add`: a network for sentences that lies in a folder becomes one of the installation's own."""

from pathlib import Path
from typing import Annotated

import typer

from cli.models_pull import Data, models_dir

Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="A SaT network as published.")]


def add(  # noqa: PLR0913 - what only a person can know of a network
    folder: Folder,
    *,
    name: Annotated[str, typer.Option(help="What it will be called.")],
    licence: Annotated[str, typer.Option(help="Of its weights.")],
    revision: Annotated[str, typer.Option(help="Which version it is.")],
    threshold: Annotated[float, typer.Option(help="Least probability of a sentence's end.")],
    tokenizer: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="XLM-R's tokenizer.json, if it is not in the folder."),
    ] = None,
    data: Data = None,
) -> None:
    """Copy the network into the models folder, with a manifest of its hashes; it must load."""
    from services.inference.sat.adding import add_folder

    told = {"name": name, "licence": licence, "revision": revision}
    path = add_folder(folder, models_dir(data), {**told, "threshold": threshold}, tokenizer)
    typer.echo(f"{name} is declared in {path}")
