"""`kerf models`: files of tokenizers that cannot be shipped, fetched once and pinned by their SHA-256."""

from pathlib import Path
from typing import Annotated

import typer

from cli.environment import fail, read_settings

Data = Annotated[Path | None, typer.Option("--data", help="Data folder, as given to `kerf up`.")]
Name = Annotated[str, typer.Argument(help="tiktoken:o200k_base or tiktoken:cl100k_base")]

app = typer.Typer(help="Tokenizer files: pull, list.", no_args_is_help=True)


@app.command("pull")
def pull(name: Name, data: Data = None) -> None:
    """Fetch a file into the models folder; one with the wrong SHA-256 is not kept."""
    from services.inference.weights import RANKS, RANKS_URL, rank_file
    from services.infra.download import fetch

    kind, _, encoding = name.partition(":")
    if kind != "tiktoken" or encoding not in RANKS:
        fail(f"{name} cannot be pulled; there are: {', '.join(f'tiktoken:{known}' for known in RANKS)}")
    target = rank_file(models_dir(data), encoding)
    fetch(RANKS_URL.format(name=encoding), target, sha256=RANKS[encoding])
    typer.echo(f"{name} is in {target}")


@app.command("list")
def list_all(data: Data = None) -> None:
    """Print which files can be pulled and whether they are here."""
    from services.inference.weights import RANKS, rank_file

    for encoding in RANKS:
        state = "here" if rank_file(models_dir(data), encoding).is_file() else "not pulled"
        typer.echo(f"tiktoken:{encoding}  {state}")


def models_dir(data: Path | None) -> Path:
    """Where the settings keep tokenizer files."""
    settings = read_settings(data_dir=data)
    return settings.models_dir or settings.data_dir / "models"
