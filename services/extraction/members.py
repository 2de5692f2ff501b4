"""Archives of documents: which of their files become documents, and what is left out, and why."""

from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial
from io import BytesIO
from typing import BinaryIO

from models.errors import (
    CorruptDocument,
    DocumentError,
    EncryptedDocument,
    ExpansionLimit,
    UnsupportedType,
)
from models.limits import Limits
from models.members import MOST_LISTED, LeftOut, Member, NoMembers, Reason, TooManyMembers
from services.extraction import tar, zip_entries
from services.extraction.archive import opened
from services.extraction.decoding import decode
from services.extraction.entries import Entry, Walk
from services.extraction.ignoring import RULES
from services.extraction.media import packed_as, packed_type
from services.extraction.sieve import Sieve
from services.extraction.streams import Stream, packing_of

ZIP, TAR = "application/zip", "application/x-tar"
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_SAMPLE = 8 << 20
"""Bytes of a text that are looked at to know that it is one."""

_GRAVEST = (
    (Reason.ENCRYPTED, EncryptedDocument),
    (Reason.EXPANSION, ExpansionLimit),
    (Reason.CORRUPT, CorruptDocument),
)
"""What an archive with nothing left in it fails with, if any of its files was left out for that."""

Keep = Callable[[bytes], None]
"""Takes the bytes of the next member."""

Tell = Callable[[int, int | None], None]
"""Hears how many entries were looked at, and of how many once that is known."""


class Gathered:
    """The members of an archive as they are found, and what is left out."""

    def __init__(self) -> None:
        self.members: list[Member] = []
        self.left_out: list[LeftOut] = []
        self.counts: Counter[str] = Counter()

    def leave_out(self, path: str, reason: Reason) -> None:
        """One more; counted when there are too many to list."""
        self.counts[reason.value] += 1
        if len(self.left_out) < MOST_LISTED:
            self.left_out.append(LeftOut(path, reason.value))


def archive_kind(source: BinaryIO, limits: Limits) -> str | None:
    """The media type of an archive of files; None for what is a document, or nothing that Kerf knows.

    CorruptDocument, ExpansionLimit for a ZIP archive that cannot be looked into.
    """
    source.seek(0)
    head = source.read(tar.BLOCK)
    if head.startswith(ZIP_MARKS):
        with opened(source, most=limits.max_listed) as archive:
            return None if packed_as(frozenset(archive.namelist()), head) else ZIP
    packing = packing_of(head)
    if packing is None:
        return TAR if tar.is_tar(head) else None
    try:
        return packing if tar.is_tar(Stream(source, packing, limits).some(tar.BLOCK)) else None
    except CorruptDocument:
        return None


def unpack(source: BinaryIO, kind: str, limits: Limits, keep: Keep, tell: Tell) -> Gathered:
    """Give every member's bytes to `keep`, in the order of the result.

    CorruptDocument, EncryptedDocument, ExpansionLimit, TooManyMembers, NoMembers.
    """
    walk = walk_of(source, kind, limits)
    found = Gathered()
    entries, chosen = survey(walk, limits, found, tell)
    room = limits.max_stored_bytes
    for entry, data in walk(lambda entry: entry.number in chosen):
        tell(entry.number + 1, entries)
        if entry.number not in chosen:
            continue
        reason = Reason.CORRUPT if data is None else unfit(data, limits)
        if data is None or reason is not None:
            found.leave_out(entry.path, reason or Reason.CORRUPT)
            continue
        room -= len(data)
        if room < 0:
            raise ExpansionLimit(f"The archive's documents have more than {limits.max_stored_bytes} bytes.")
        if len(found.members) == limits.max_members:
            raise TooManyMembers(f"The archive has more than {limits.max_members} documents.")
        keep(data)
        found.members.append(Member(entry.path, len(data)))
    if not found.members:
        raise next((error() for reason, error in _GRAVEST if found.counts[reason]), NoMembers())
    return found


def walk_of(source: BinaryIO, kind: str, limits: Limits) -> Walk:
    """How to go through the archive, as often as needed."""
    if kind == ZIP:
        return partial(zip_entries.walk, source, limits)
    packing = None if kind == TAR else kind
    return lambda wanted: tar.walk(Stream(source, packing, limits), limits, wanted)


def survey(walk: Walk, limits: Limits, found: Gathered, tell: Tell) -> tuple[int, AbstractSet[int]]:
    """How many entries there are, and the numbers of those to be read; what is left out unread is told.

    Of several files of one path the last counts, as if all had been unpacked.
    """
    sieve = Sieve(limits)
    entries: list[Entry] = []
    for entry, data in walk(_is_rules):
        entries.append(entry)
        if data is not None:
            sieve.add(entry.path, data)
        tell(len(entries), None)
    last = {entry.path: entry.number for entry in entries if entry.reason is None and not entry.is_folder}
    chosen: set[int] = set()
    told: set[str] = set()
    for entry in entries:
        path, reason = sieve.verdict(entry)
        if reason is None and not entry.is_folder:
            if last[path] == entry.number:
                chosen.add(entry.number)
            else:
                found.leave_out(path, Reason.DUPLICATE)
        elif reason is not None and (not path.endswith("/") or path not in told):
            told.add(path)
            found.leave_out(path, reason)
    return len(entries), chosen


def unfit(data: bytes, limits: Limits) -> Reason | None:
    """Why these bytes are no document; None also where only their own job can tell."""
    if not data:
        return Reason.EMPTY
    try:
        if archive_kind(BytesIO(data), limits) is not None:
            return Reason.ARCHIVE
        if packed_type(data) is None:
            decode(data if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE) + 1 or _SAMPLE])
    except UnsupportedType:
        return Reason.UNSUPPORTED_TYPE
    except DocumentError:
        return None
    return None


def _is_rules(entry: Entry) -> bool:
    return entry.path.rpartition("/")[2] == RULES
