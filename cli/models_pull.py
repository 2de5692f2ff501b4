"""`kerf models`: files of tokenizers and networks, pinned by SHA-256; those not shipped are fetched once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cli.environment import fail, read_settings
from models.errors import KerfError

Data = Annotated[Path | None, typer.Option("--data", help="Data folder, as given to `kerf up`.")]
Name = Annotated[str, typer.Argument(help="As `kerf models list` shows it.")]

app = typer.Typer(help="Files of tokenizers and networks: list, pull, verify.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Held:
    """A file Kerf may use: where it is or will be, what it must hash to. `url` None: in a package."""

    name: str
    about: str
    path: Path
    sha256: str
    url: str | None


@app.command("pull")
def pull(name: Name, data: Data = None) -> None:
    """Fetch a file into the models folder; one with the wrong SHA-256 is not kept."""
    from services.infra.download import fetch

    known = {held.name: held for held in _files(models_dir(data))}
    held = known.get(name)
    if held is None or held.url is None:
        pulled = ", ".join(name for name, held in known.items() if held.url is not None)
        fail(f"{name} cannot be pulled; there are: {pulled}")
    fetch(held.url, held.path, sha256=held.sha256)
    typer.echo(f"{name} is in {held.path}")


@app.command("list")
def list_all(data: Data = None) -> None:
    """Print which files there are, what they are for, and whether they are here."""
    held = [(each, _state(each)) for each in _files(models_dir(data))]
    widths = (max(len(each.name) for each, _ in held), max(len(state) for _, state in held))
    for each, state in held:
        typer.echo(f"{each.name:{widths[0]}}  {state:{widths[1]}}  {each.about}")


@app.command("verify")
def verify(data: Data = None) -> None:
    """Hash every file that is here; ends with 2 when one is not what it should be."""
    import hashlib

    wrong = 0
    for held in _files(models_dir(data)):
        if not held.path.is_file():
            continue
        with held.path.open("rb") as file:
            is_right = hashlib.file_digest(file, "sha256").hexdigest() == held.sha256
        typer.echo(f"{held.name}  {'right' if is_right else 'WRONG'}  {held.path}")
        wrong += not is_right
    if wrong:
        fail(f"{wrong} file(s) are not what Kerf was pinned to")


def _state(held: Held) -> str:
    if held.path.is_file():
        return "here"
    return "not installed" if held.url is None else "not pulled"


def models_dir(data: Path | None) -> Path:
    """Where the settings keep files of models."""
    settings = read_settings(data_dir=data)
    return settings.models_dir or settings.data_dir / "models"


def _files(models: Path) -> Iterator[Held]:
    from services.inference.manifests import manifests
    from services.inference.weights import RANKS, RANKS_URL, rank_file

    for encoding, sha256 in RANKS.items():
        url = RANKS_URL.format(name=encoding)
        yield Held(f"tiktoken:{encoding}", "tokenizer", rank_file(models, encoding), sha256, url)
    try:
        known = manifests(models)
    except KerfError as error:
        fail(error.detail)
    for manifest in known:
        languages = f": {' '.join(manifest.languages)}" if manifest.languages else ""
        about = f"{manifest.task}, {manifest.revision}, {manifest.licence}{languages}"
        yield Held(manifest.name, about, manifest.path(models), manifest.sha256, manifest.url)
