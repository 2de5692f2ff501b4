"""Tar archives (POSIX.1-2017 pax, ustar, GNU, V7), read from the front to the end."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import CorruptDocument, ExpansionLimit
from models.limits import Limits
from models.members import Reason
from services.extraction.entries import Entry, Wanted, entry_of
from services.extraction.streams import Stream

BLOCK = 512
LONGEST_EXTRA = 1 << 20
"""Bytes of what is said of one entry before it: pax records, GNU long names."""

LONGEST_NUMBER = 20
_REGULAR, _FOLDER, _LINKS = b"0\x007", b"5", b"12"
_LONG_NAME, _LONG_LINK, _PAX, _PAX_OF_ALL, _SPARSE = b"L", b"K", b"xX", b"g", b"S"
_WITHOUT_BYTES = b"123456"
_CHECKSUM = slice(148, 156)
_SPARSE_GOES_ON, _SPARSE_ENDS = 482, 504
_NEGATIVE = 0xFF


@dataclass(frozen=True, slots=True)
class Header:
    """One block that begins an entry; pax records replace its name and size."""

    name: bytes
    size: int
    kind: bytes
    is_sparse: bool = False

    @property
    def stored(self) -> int:
        """Bytes that follow before the padding."""
        return 0 if self.kind in _WITHOUT_BYTES else self.size


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so is a tar archive: the checksum of its first block is right."""
    return len(head) >= BLOCK and any(head[:BLOCK]) and _is_sound(head[:BLOCK])


def walk(stream: Stream, limits: Limits, wanted: Wanted) -> Iterator[tuple[Entry, bytes | None]]:
    """See Walk. CorruptDocument for what is no tar archive; ExpansionLimit for too many entries."""
    for number, header in enumerate(_headers(stream)):
        if number >= limits.max_listed:
            raise ExpansionLimit(f"The archive lists more than {limits.max_listed} entries.")
        name = header.name.decode("utf-8", "replace")
        if header.kind == _FOLDER:
            name = f"{name}/"
        entry = entry_of(number, name, header.size, limits, _reason(header))
        data = None
        if entry.reason is None and not entry.is_folder and wanted(entry):
            data = stream.read(header.size)
            stream.skip(-header.size % BLOCK)
        else:
            stream.skip(header.stored + -header.stored % BLOCK)
        yield entry, data


def _reason(header: Header) -> Reason | None:
    if header.kind in _LINKS:
        return Reason.LINK
    is_file = header.kind in _REGULAR and not header.is_sparse
    return None if is_file or header.kind == _FOLDER else Reason.SPECIAL


def _headers(stream: Stream) -> Iterator[Header]:
    """The entries' headers; whoever asks for the next has read or skipped what is stored of the last."""
    extra: dict[str, bytes] = {}
    told = 0
    while len(block := stream.some(BLOCK)) == BLOCK and any(block):
        header = _header(block)
        if header.kind in _LONG_NAME + _LONG_LINK + _PAX + _PAX_OF_ALL:
            told += header.size + BLOCK
            if told > LONGEST_EXTRA:
                raise CorruptDocument("The archive says too much of one entry.")
            extra |= _extra(header.kind, stream.read(header.size + -header.size % BLOCK)[: header.size])
            continue
        if header.kind == _SPARSE:
            _skip_map(stream, block)
        yield _with(header, extra)
        extra, told = {}, 0
    if block.strip(b"\0"):
        raise CorruptDocument("The archive is cut off.")


def _header(block: bytes) -> Header:
    if not _is_sound(block):
        raise CorruptDocument("The archive is damaged: a header's checksum is wrong.")
    name, prefix = (part.partition(b"\0")[0] for part in (block[:100], block[345:500]))
    if prefix and block[257:263] == b"ustar\0":
        name = prefix + b"/" + name
    return Header(name, _number(block[124:136]), block[156:157])


def _with(header: Header, extra: dict[str, bytes]) -> Header:
    size = extra.get("size", b"%d" % header.size)
    if not size.isdigit() or len(size) > LONGEST_NUMBER:
        raise CorruptDocument("The archive is damaged: a size cannot be read.")
    is_sparse = header.kind == _SPARSE or any(key.startswith("GNU.sparse.") for key in extra)
    return Header(extra.get("path", header.name), int(size), header.kind, is_sparse)


def _extra(kind: bytes, data: bytes) -> dict[str, bytes]:
    """What it says of the next entry: records of pax, a name of GNU's."""
    if kind == _LONG_NAME:
        return {"path": data.partition(b"\0")[0]}
    return dict(_records(data)) if kind in _PAX else {}


def _records(data: bytes) -> Iterator[tuple[str, bytes]]:
    """`LENGTH KEY=VALUE` and the end of the line, LENGTH that of the whole record."""
    at = 0
    while at < len(data):
        digits = data[at : at + LONGEST_NUMBER].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = data[at + len(digits) + 1 : at + length - 1].partition(b"=")
        if not equals or data[at + length - 1 : at + length] != b"\n":
            raise CorruptDocument("The archive is damaged: a pax header cannot be read.")
        yield key.decode("utf-8", "replace"), value
        at += length


def _skip_map(stream: Stream, block: bytes) -> None:
    """Behind the blocks that say where the holes of a GNU sparse file are."""
    goes_on = block[_SPARSE_GOES_ON]
    while goes_on:
        goes_on = stream.read(BLOCK)[_SPARSE_ENDS]


def _number(field: bytes) -> int:
    """Octal digits, or GNU's base 256."""
    if field[:1] >= b"\x80":
        if field[0] == _NEGATIVE:
            raise CorruptDocument("The archive is damaged: a size is negative.")
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:])
    digits = field.partition(b"\0")[0].strip()
    if digits and not (digits.isdigit() and max(digits) < ord("8")):
        raise CorruptDocument("The archive is damaged: a number cannot be read.")
    return int(digits or b"0", 8)


def _is_sound(block: bytes) -> bool:
    """Whether the checksum holds, of signed bytes too, as some old programs have made it."""
    digits = block[_CHECKSUM].partition(b"\0")[0].strip()
    if not (digits.isdigit() and max(digits) < ord("8")):
        return False
    others = block[: _CHECKSUM.start] + block[_CHECKSUM.stop :]
    total = sum(others) + 8 * ord(" ")
    return int(digits, 8) in {total, total - 256 * sum(byte > 0x7F for byte in others)}  # noqa: PLR2004
