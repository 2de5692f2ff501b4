"""Headers of image formats: what an image is, and how large, before any pixel is decoded."""

import struct
from collections.abc import Iterator
from enum import StrEnum

from models.errors import CorruptDocument, TooManyPages
from models.limits import Limits


class Image(StrEnum):
    """Formats that are read, as MuPDF names them."""

    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    BMP = "bmp"
    GIF = "gif"


_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", Image.PNG),
    (b"\xff\xd8\xff", Image.JPEG),
    (b"II*\0", Image.TIFF),
    (b"MM\0*", Image.TIFF),
    (b"GIF87a", Image.GIF),
    (b"GIF89a", Image.GIF),
)
_FRAMES = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_WIDTH, _HEIGHT = 256, 257
_NUMBERS = {3: "H", 4: "I"}

Size = tuple[int, int]


def image_kind(data: bytes) -> Image | None:
    """The format of an image, None for anything else."""
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    is_bitmap = data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data)
    return Image.BMP if is_bitmap else None


def sizes(data: bytes, kind: Image, limits: Limits) -> Iterator[Size]:
    """Width and height of each image in the file, as its headers declare them.

    CorruptDocument when they do not; TooManyPages.
    """
    try:
        yield from _declared(data, kind, limits)
    except (struct.error, IndexError) as error:
        raise CorruptDocument("The image is cut off.") from error


def _declared(data: bytes, kind: Image, limits: Limits) -> Iterator[Size]:
    if kind is Image.PNG:
        yield struct.unpack_from(">II", data, 16)
    elif kind is Image.GIF:
        yield struct.unpack_from("<HH", data, 6)
    elif kind is Image.BMP:
        yield _bitmap(data)
    elif kind is Image.JPEG:
        yield from _jpeg(data)
    else:
        yield from _tiff(data, limits)


def _bitmap(data: bytes) -> Size:
    """BITMAPCOREHEADER has short numbers; in all later headers a negative height means top row first."""
    if int.from_bytes(data[14:18], "little") == 12:  # noqa: PLR2004
        found: Size = struct.unpack_from("<HH", data, 18)
        return found
    width, height = struct.unpack_from("<ii", data, 18)
    return abs(width), abs(height)


def _jpeg(data: bytes) -> Iterator[Size]:
    """The first frame header (ITU-T T.81, B.2.2), found by walking the segments."""
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004
            at += 1
            continue
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  a fill byte
            at += 1
        elif marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            yield width, height
            return
        else:
            at += 2 if marker in _BARE or not marker else 2 + int.from_bytes(data[at + 2 : at + 4], "big")


def _tiff(data: bytes, limits: Limits) -> Iterator[Size]:
    """The directories (TIFF 6.0, section 2), which are a chain; a ring of them is damage."""
    order = "<" if data.startswith(b"II") else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    seen: set[int] = set()
    while at:
        if at in seen:
            raise CorruptDocument("The directories of the TIFF image form a ring.")
        if len(seen) >= limits.max_pages:
            raise TooManyPages(f"The image has more than {limits.max_pages} pages.")
        seen.add(at)
        (count,) = struct.unpack_from(order + "H", data, at)
        entries = [struct.unpack_from(order + "HHI4s", data, at + 2 + 12 * i) for i in range(count)]
        yield _side(entries, _WIDTH, order), _side(entries, _HEIGHT, order)
        (at,) = struct.unpack_from(order + "I", data, at + 2 + 12 * count)


def _side(entries: list[tuple[int, int, int, bytes]], tag: int, order: str) -> int:
    for number, kind, _, value in entries:
        if number == tag and kind in _NUMBERS:
            (found,) = struct.unpack_from(order + _NUMBERS[kind], value)
            return int(found)
    raise CorruptDocument("A page of the TIFF image does not say how large it is.")
