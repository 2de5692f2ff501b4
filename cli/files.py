"""Files named on the command line: folders are walked, `-` is standard input, a bad one is only reported."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import typer

from cli.folders import Skip, below
from models.errors import EmptyFile, KerfError, UnsupportedType

BAD_INPUT = 2
_NOT_MEANT = (UnsupportedType, EmptyFile)
STDIN = "-"


class File(NamedTuple):
    """A file as the command line names it; `within` is its path in the folder or archive that was."""

    name: str
    within: str | None = None

    @property
    def path(self) -> str:
        """Where it is in its folder; its own name outside of one."""
        return self.within or Path(self.name).name


def walk(names: Iterable[str], skip: Skip) -> list[File]:
    """The files in order; of a folder all below it, sorted, without hidden and ignored ones."""
    found: list[File] = []
    for name in names:
        if Path(name).is_dir():
            found += [File(file, Path(file).relative_to(name).as_posix()) for file in below(name, skip)]
        else:
            found.append(File(name))
    return found


Action = Callable[[File, Path], Iterable[tuple[File, Path]] | None]
"""Works on a file; what it gives back are the files in it, which it is called for in turn."""


def for_each(names: Iterable[str], action: Action) -> None:
    """Run the action on each file; report typed errors in one line each and exit with 2 if there were any.

    In a folder or archive what is empty or of no type that Kerf reads is skipped; that is reported, too.
    """
    files = walk(names, skipped)
    failed = 0
    with _progress(len(files)) as advance:
        for file in files:
            failed += _failures(file, partial(_readable, file.name), action)
            advance()
    if failed:
        raise typer.Exit(BAD_INPUT)


def _failures(file: File, opened: Callable[[], AbstractContextManager[Path]], action: Action) -> int:
    """Run the action on the file and those in it; how many it failed for."""
    failed = 0
    try:
        with opened() as path:
            for inner, place in action(file, path) or ():
                failed += _failures(inner, partial(_there, place), action)
    except KerfError as error:
        if file.within is not None and isinstance(error, _NOT_MEANT):
            skipped(file.name, error.code)
        else:
            failed += 1
            report(file.name, error.code, error.detail)
    except BrokenPipeError:
        raise  # nobody reads on: not a fault of the file
    except OSError as error:
        failed += 1
        report(file.name, "unreadable", error.strerror or str(error))
    return failed


def skipped(name: str, why: str) -> None:
    """One line about what is left out."""
    report(name, "skipped", why)


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
def _there(path: Path) -> Iterator[Path]:
    yield path


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
