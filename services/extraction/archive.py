"""What a ZIP archive says of itself, checked before anything is unpacked."""

import stat
import zipfile
from io import BytesIO
from typing import BinaryIO

from models.errors import CorruptDocument, EncryptedDocument, ExpansionLimit
from models.limits import DEFAULT_LIMITS, MEGABYTE, Limits

DAMAGED = (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, UnicodeError)
"""What `zipfile` raises for archives that are broken or hostile."""
_ENCRYPTED = 0x1
_END_OF_DIRECTORY, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"
_LONGEST_COMMENT = 65_557
_SIZE_AT = slice(12, 16)


def check_archive(data: bytes, limits: Limits = DEFAULT_LIMITS) -> frozenset[str]:
    """The names in the archive; CorruptDocument, EncryptedDocument, or ExpansionLimit for bombs.

    Entries cannot unpack to more than the directory declares, so its figures are enough.
    """
    entries = entries_of(data, limits)
    if sum(entry.file_size for entry in entries) > limits.max_expanded_bytes:
        raise ExpansionLimit(f"The archive unpacks to more than {limits.max_expanded_bytes} bytes.")
    for entry in entries:
        _check_entry(entry, limits)
    names = frozenset(entry.filename for entry in entries)
    if len(names) < len(entries):
        raise CorruptDocument("The archive has several entries of one name.")
    return names


def entries_of(data: bytes, limits: Limits = DEFAULT_LIMITS) -> list[zipfile.ZipInfo]:
    """The directory as it stands; CorruptDocument, or ExpansionLimit when it is too long."""
    with opened(BytesIO(data), most=limits.max_entries) as archive:
        return archive.infolist()


def opened(source: BinaryIO, *, most: int) -> zipfile.ZipFile:
    """The archive, its directory read; CorruptDocument, or ExpansionLimit for more than `most` entries."""
    _check_count(source, most)
    try:
        return zipfile.ZipFile(source)
    except DAMAGED as error:
        raise CorruptDocument("The file is a damaged ZIP archive.") from error


def is_encrypted(entry: zipfile.ZipInfo) -> bool:
    """Whether it takes a password to read it."""
    return bool(entry.flag_bits & _ENCRYPTED)


def is_link(entry: zipfile.ZipInfo) -> bool:
    """Whether it is a symbolic link."""
    return stat.S_ISLNK(entry.external_attr >> 16)


def is_bomb(entry: zipfile.ZipInfo, limits: Limits) -> bool:
    """Whether it says that it unpacks to too many times its size."""
    return entry.file_size > MEGABYTE and entry.file_size > limits.max_ratio * max(entry.compress_size, 1)


def _check_count(source: BinaryIO, most: int) -> None:
    """Count the entries where the directory lies, before anything is made of each of them."""
    size = source.seek(0, 2)
    source.seek(max(0, size - _LONGEST_COMMENT))
    tail = source.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0:
        return
    end = size - len(tail) + at
    listed = int.from_bytes(tail[at:][_SIZE_AT], "little")
    source.seek(max(0, end - listed))
    entries, rest = 0, b""
    while source.tell() < end:
        part = rest + source.read(min(MEGABYTE, end - source.tell()))
        entries += part.count(_ENTRY)
        rest = part[1 - len(_ENTRY) :]
    if entries > most:
        raise ExpansionLimit(f"The archive has {entries} entries; the limit is {most}.")


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if is_encrypted(entry):
        raise EncryptedDocument
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or is_link(entry):
        raise CorruptDocument("The archive has names that lead out of it.")
    if is_bomb(entry, limits):
        raise ExpansionLimit(
            f"The archive holds an entry that unpacks to more than {limits.max_ratio} times its size."
        )
