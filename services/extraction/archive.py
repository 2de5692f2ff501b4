"""What a ZIP archive says of itself, checked before anything is unpacked."""

import stat
import zipfile
from io import BytesIO

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
    _check_count(data, limits)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.infolist()
    except DAMAGED as error:
        raise CorruptDocument("The file is a damaged ZIP archive.") from error


def _check_count(data: bytes, limits: Limits) -> None:
    """Count the entries where the directory lies, before anything is made of each of them."""
    end = data.rfind(_END_OF_DIRECTORY, max(0, len(data) - _LONGEST_COMMENT))
    size = int.from_bytes(data[end:][_SIZE_AT], "little") if end >= 0 else 0
    entries = data.count(_ENTRY, max(0, end - size), end) if end >= 0 else 0
    if entries > limits.max_entries:
        raise ExpansionLimit(f"The archive has {entries} entries; the limit is {limits.max_entries}.")


def _check_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise EncryptedDocument
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or stat.S_ISLNK(entry.external_attr >> 16):
        raise CorruptDocument("The archive has names that lead out of it.")
    if entry.file_size > MEGABYTE and entry.file_size > limits.max_ratio * max(entry.compress_size, 1):
        raise ExpansionLimit(
            f"The archive holds an entry that unpacks to more than {limits.max_ratio} times its size."
        )
