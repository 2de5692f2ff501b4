"""`kerf backup` and `kerf restore`: all of a `kerf up` in one file, and back again."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.environment import fail, read_settings

if TYPE_CHECKING:
    from services.infra.config import Settings

Folder = Annotated[Path, typer.Option("--data", help="Data folder of `kerf up`.")]


def backup(file: Annotated[Path, typer.Argument(help="Tar file to write.")], data: Folder) -> None:
    """Write database, stored files and secret key into one file, while `kerf up` runs or not.

    Keep the file as secret as the documents are. Other installations: docs/backup.md.
    """
    from services.infra import archive, dump

    settings = _settings(data)
    folder = settings.data_dir / "postgres"
    if not (folder / "PG_VERSION").exists():
        fail(f"no `kerf up` has worked in {settings.data_dir}")
    with _answering(settings) as url:
        archive.pack(settings.data_dir, file.resolve(), lambda target: dump.dump(folder, url, target))
    typer.echo(f"{file}: {file.stat().st_size:,} bytes")


def restore(file: Annotated[Path, typer.Argument(help="What `kerf backup` wrote.")], data: Folder) -> None:
    """Bring a backup back into a new or empty folder, and verify it; exit code 1 if it lacks stored files."""
    from services.infra import archive

    settings = _settings(data)
    target = settings.data_dir
    if target.is_dir() and any(target.iterdir()):
        fail(f"{target} is not empty")
    archive.check(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        wrong = _restored(file, settings.model_copy(update={"data_dir": made}))
        made.rename(target)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"kerf up --data {data}  goes on from here")


def _restored(file: Path, settings: "Settings") -> int:
    """How many of the stored files that the database names are not whole."""
    from cli.standing import alone_in
    from cli.verify import verified
    from services.infra import archive, dump
    from services.infra.embedded import EmbeddedPostgres
    from services.infra.migrate import upgrade

    store = EmbeddedPostgres(settings.data_dir / "postgres")
    with alone_in(settings.data_dir):
        try:
            url = store.start()
            archive.unpack(file, settings.data_dir, lambda source: dump.load(store.folder, url, source))
            upgrade(url)
            return asyncio.run(verified(settings, url, reads=True))
        finally:
            store.stop()


def _settings(data: Path) -> "Settings":
    settings = read_settings(data_dir=data.expanduser().resolve())
    if settings.storage_url is not None:
        fail("documents are in a bucket: see docs/backup.md")
    return settings


@contextmanager
def _answering(settings: "Settings") -> Iterator[str]:
    """The database of a `kerf up` that runs, else one that is started for this."""
    from cli.standing import alone_in
    from services.infra.embedded import EmbeddedPostgres
    from services.infra.postmaster import running_url

    folder = settings.data_dir / "postgres"
    url = running_url(folder)
    if url is not None:
        yield url
        return
    with alone_in(settings.data_dir):
        store = EmbeddedPostgres(folder)
        try:
            yield store.start()
        finally:
            store.stop()
