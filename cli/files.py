"""Files named on the command line: folders are walked, `-` is standard input, a bad one is only reported."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from models.errors import KerfError

BAD_INPUT = 2
STDIN = "-"


def walk(names: Iterable[str]) -> list[str]:
    """The files in order; of a folder all below it, sorted, without hidden ones."""
    found: list[str] = []
    for name in names:
        found += sorted(_below(name)) if Path(name).is_dir() else [name]
    return found


def _below(folder: str) -> Iterator[str]:
    for base, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (str(Path(base, name)) for name in files if not name.startswith("."))


def for_each(names: Iterable[str], action: Callable[[str, Path], None]) -> None:
    """Run the action on each file; report typed errors in one line each and exit with 2 if there were any."""
    files = walk(names)
    failed = 0
    with _progress(len(files)) as advance:
        for name in files:
            try:
                with _readable(name) as path:
                    action(name, path)
            except KerfError as error:
                failed += 1
                report(name, error.code, error.detail)
            except BrokenPipeError:
                raise  # nobody reads on: not a fault of the file
            except OSError as error:
                failed += 1
                report(name, "unreadable", error.strerror or str(error))
            advance()
    if failed:
        raise typer.Exit(BAD_INPUT)


def report(*parts: str) -> None:
    """One line on stderr, whatever the parts hold."""
    line = ": ".join(("kerf", *parts))
    sys.stderr.write("".join(c if c.isprintable() else "?" for c in line) + "\n")


@contextmanager
def _readable(name: str) -> Iterator[Path]:
    """The path of the file; standard input is kept in a temporary one meanwhile."""
    if name != STDIN:
        path = Path(name)
        if not path.is_file():
            path.open("rb").close()  # raises the system's own error
            raise OSError(None, "not a regular file")
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="kerf-") as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal when there is more than one file; nothing in a pipe."""
    if total < 2 or not sys.stderr.isatty():  # noqa: PLR2004 - one file needs no bar
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("files", total=total)
        yield lambda: progress.advance(task)
