"""What a ZIP archive says of itself, checked before anything is unpacked."""

import zipfile
from io import BytesIO

from models.errors import CorruptDocument, EncryptedDocument, ExpansionLimit

_MOST_ENTRIES = 10_000
_MOST_RATIO = 100
_SMALL = 1024 * 1024
_ENCRYPTED = 0x1
_DAMAGED = (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, UnicodeError)


def check_archive(data: bytes, max_expanded: int) -> frozenset[str]:
    """The names in the archive; CorruptDocument, EncryptedDocument, or ExpansionLimit for bombs.

    Entries cannot unpack to more than the directory declares, so its figures are enough.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
    except _DAMAGED as error:
        raise CorruptDocument("The file is a damaged ZIP archive.") from error
    if len(entries) > _MOST_ENTRIES:
        raise ExpansionLimit(f"The archive has {len(entries)} entries; the limit is {_MOST_ENTRIES}.")
    if sum(entry.file_size for entry in entries) > max_expanded:
        raise ExpansionLimit(f"The archive unpacks to more than {max_expanded} bytes.")
    for entry in entries:
        _check_entry(entry)
    return frozenset(entry.filename for entry in entries)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise EncryptedDocument
    parts = entry.filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise CorruptDocument("The archive has names that lead out of it.")
    if entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
        raise ExpansionLimit("The archive holds an entry that unpacks to more than a hundred times its size.")
