"""`kerf models`: files of tokenizers and networks, pinned by SHA-256; those not shipped are fetched once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.environment import fail, read_settings
from models.errors import KerfError

if TYPE_CHECKING:
    from services.inference.manifests import Placed

Data = Annotated[Path | None, typer.Option("--data", help="Data folder, as given to `kerf up`.")]
Name = Annotated[str, typer.Argument(help="As `kerf models list` shows it.")]

app = typer.Typer(help="Files of tokenizers and networks: list, pull, add, verify.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Held:
    """What Kerf may use: its files, where they are or will be, what they must hash to, whence they come."""

    name: str
    about: str
    files: tuple["Placed", ...]

    @property
    def can_be_pulled(self) -> bool:
        """Whether there is something to fetch; files that have no address lie in packages or come by hand."""
        return any(file.url is not None for file in self.files)

    @property
    def state(self) -> str:
        """For the list."""
        if all(file.path.is_file() for file in self.files):
            return "here"
        return "not pulled" if self.can_be_pulled else "not installed"


@app.command("pull")
def pull(name: Name, data: Data = None) -> None:
    """Fetch a model's files into the models folder; one with the wrong SHA-256 is not kept."""
    from services.infra.download import fetch

    known = {held.name: held for held in _held(models_dir(data))}
    held = known.get(name)
    if held is None or not held.can_be_pulled:
        pulled = ", ".join(name for name, held in known.items() if held.can_be_pulled)
        fail(f"{name} cannot be pulled; there are: {pulled}")
    for file in held.files:
        if file.url is not None:
            fetch(file.url, file.path, sha256=file.sha256)
            typer.echo(f"{name} is in {file.path}")


@app.command("list")
def list_all(data: Data = None) -> None:
    """Print which models there are, what they are for, and whether they are here."""
    held = list(_held(models_dir(data)))
    widths = (max(len(each.name) for each in held), max(len(each.state) for each in held))
    for each in held:
        typer.echo(f"{each.name:{widths[0]}}  {each.state:{widths[1]}}  {each.about}")


@app.command("verify")
def verify(data: Data = None) -> None:
    """Hash every file that is here; ends with 2 when one is not what it should be."""
    import hashlib

    wrong = 0
    for name, file in ((held.name, file) for held in _held(models_dir(data)) for file in held.files):
        if not file.path.is_file():
            continue
        with file.path.open("rb") as content:
            is_right = hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
        typer.echo(f"{name}  {'right' if is_right else 'WRONG'}  {file.path}")
        wrong += not is_right
    if wrong:
        fail(f"{wrong} file(s) are not what Kerf was pinned to")


def models_dir(data: Path | None) -> Path:
    """Where the settings keep files of models."""
    settings = read_settings(data_dir=data)
    return settings.models_dir or settings.data_dir / "models"


def _held(models: Path) -> Iterator[Held]:
    from services.inference.manifests import Placed, manifests
    from services.inference.weights import RANKS, RANKS_URL, rank_file

    for encoding, sha256 in RANKS.items():
        file = Placed(rank_file(models, encoding), sha256, RANKS_URL.format(name=encoding))
        yield Held(f"tiktoken:{encoding}", "tokenizer", (file,))
    try:
        known = manifests(models)
    except KerfError as error:
        fail(error.detail)
    for manifest in known:
        languages = f": {' '.join(manifest.languages)}" if manifest.languages else ""
        about = f"{manifest.task}, {manifest.revision}, {manifest.licence}{languages}"
        yield Held(manifest.name, about, tuple(manifest.placed(models)))
