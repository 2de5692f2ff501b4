"""What a parser has written, taken as what it is: untrusted, and not read here but measured."""

import zlib
from collections.abc import Sequence
from pathlib import Path

from models import artifact
from models.errors import WorkerCrashed
from models.limits import MEGABYTE, Limits
from models.members import Member
from models.packing import check_inflated, too_large
from services.extraction import raw_codec


def largest_file(limits: Limits) -> int:
    """Bytes of a compressed form; what cannot be compressed grows by less than the MiB on top."""
    return limits.max_stored_bytes + MEGABYTE


def check_members(path: Path, members: Sequence[Member]) -> None:
    """WorkerCrashed when what was written is not as long as the members that were told."""
    if path.stat().st_size != sum(member.size for member in members):
        raise WorkerCrashed("what the parser has written are not the members it told of")


def check_written(path: Path, limits: Limits, *, is_part: bool = False) -> None:
    """ExpansionLimit when a document (or a page range) is, or unpacks to, more than may be stored.

    WorkerCrashed when it cannot be unpacked, is cut off, or is followed by something.
    """
    most = limits.max_stored_bytes
    if path.stat().st_size > largest_file(limits):
        raise too_large(most)
    with path.open("rb") as file:
        file.seek(raw_codec.HEADER_BYTES if is_part else artifact.HEADER_BYTES)
        try:
            check_inflated(iter(lambda: file.read(MEGABYTE), b""), most=most)
        except (zlib.error, ValueError) as error:
            raise WorkerCrashed("what the parser has written is damaged") from error
