"""ZIP archives of documents (APPNOTE 6.3): the directory's entries, each unpacked by itself."""

import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from models.errors import CorruptDocument, ExpansionLimit
from models.limits import Limits
from models.members import Reason
from services.extraction.archive import DAMAGED, is_bomb, is_encrypted, is_link, opened
from services.extraction.entries import Entry, Wanted, entry_of

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others may unpack without any measure."""

_UTF8 = 0x800
_LOCAL_HEADER = 30


def walk(source: BinaryIO, limits: Limits, wanted: Wanted) -> Iterator[tuple[Entry, bytes | None]]:
    """See Walk. CorruptDocument for a directory that lies; ExpansionLimit, before anything is unpacked."""
    with opened(source, most=limits.max_listed) as archive:
        infos = archive.infolist()
        _check_places(infos, archive.start_dir)
        entries = [_entry(number, info, limits) for number, info in enumerate(infos)]
        chosen = {
            entry.number
            for entry in entries
            if entry.reason is None and not entry.is_folder and wanted(entry)
        }
        if sum(infos[number].file_size for number in chosen) > limits.max_expanded_bytes:
            raise ExpansionLimit(f"The archive unpacks to more than {limits.max_expanded_bytes} bytes.")
        for entry in entries:
            yield entry, _read(archive, infos[entry.number]) if entry.number in chosen else None


def _entry(number: int, info: zipfile.ZipInfo, limits: Limits) -> Entry:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if is_link(info):
        reason: Reason | None = Reason.LINK
    elif kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        reason = Reason.SPECIAL
    elif is_encrypted(info):
        reason = Reason.ENCRYPTED
    elif info.compress_type not in _METHODS:
        reason = Reason.COMPRESSION
    else:
        reason = Reason.EXPANSION if is_bomb(info, limits) else None
    return entry_of(number, _name(info), info.file_size, limits, reason)


def _name(info: zipfile.ZipInfo) -> str:
    """UTF-8 where it is flagged or where it is all the same, else code page 437. Backslashes are slashes."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.orig_filename
    return name.replace("\\", "/")


def _check_places(infos: Sequence[zipfile.ZipInfo], end: int) -> None:
    """No entry's bytes are another's: else one kernel of bytes unpacks as often as it is listed."""
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if not 0 <= info.header_offset <= end - _LOCAL_HEADER - info.compress_size:
            raise CorruptDocument("The archive is damaged: its entries overlap, or lie outside of it.")
        end = info.header_offset


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """All bytes that the directory declares, with the right checksum; else None."""
    try:
        data = archive.read(info)
    except (*DAMAGED, RuntimeError, zlib.error):
        return None
    return data if len(data) == info.file_size else None
