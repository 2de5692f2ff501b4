"""An archive as a request's source: its files written one after the other, named and counted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.chunk import PROFILE
from models.errors import Stage, TooLarge
from models.limits import Limits
from models.members import UnopenedArchive
from models.parsed import parser_profile
from services.extraction.members import Gathered, archive_kind, unpack
from services.runner.files import Files
from services.runner.values import Progress, Request, Result

EVERY = 64
"""Entries between two reports."""


def unpacked(
    request: Request, files: Files, limits: Limits, emit: Callable[[Progress], None]
) -> Result | None:
    """The members of the source if it is an archive, None for a document; any DocumentError.

    UnopenedArchive for an archive where none is wanted.
    """
    with files.stream(request.source) as source:
        kind = archive_kind(source, limits)
        if kind is None:
            return None
        if not request.unpack or request.artifact_out is None:
            raise UnopenedArchive
        if source.seek(0, 2) > limits.max_bytes:
            raise TooLarge(f"more than {limits.max_bytes} bytes")
        found = unpack(source, kind, limits, _writing(files, request.artifact_out), _telling(emit))
    return Result((), manifest(found), kind, 0, members=tuple(found.members))


def manifest(found: Gathered) -> dict[str, Any]:
    """What is kept of an archive, beside its members."""
    return {
        "profile": PROFILE,
        "parser": parser_profile(),
        "chunks": 0,
        "members": len(found.members),
        "skipped": {
            "counts": dict(sorted(found.counts.items())),
            "files": [left_out._asdict() for left_out in found.left_out],
        },
    }


def _writing(files: Files, path: Path) -> Callable[[bytes], None]:
    return lambda data: files.write(path, data)


def _telling(emit: Callable[[Progress], None]) -> Callable[[int, int | None], None]:
    def tell(done: int, total: int | None) -> None:
        if done % EVERY == 0:
            emit(Progress(Stage.UNPACKING, done, total))

    return tell
