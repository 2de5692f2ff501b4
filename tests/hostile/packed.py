"""Archives of files that lie, lead out of themselves, or unpack to more than anybody can hold."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable

from tests.hostile import archives
from tests.support.packed import FORMS, tarred, zipped

GOOD = {"good.txt": b"Good.\n"}
CENTRAL = b"PK\x01\x02"
OFFSET_AT = 42
LISTED = 100_000


def overlapping() -> bytes:
    """Every entry of the directory has the bytes of the first one."""
    data = bytearray(zipped({f"{number}.txt": b"text " * 1000 for number in range(9)}))
    at = -1
    while (at := data.find(CENTRAL, at + 1)) >= 0:
        data[at + OFFSET_AT : at + OFFSET_AT + 4] = bytes(4)
    return bytes(data)


def outside() -> bytes:
    """The directory says that an entry begins behind the end of the file."""
    data = bytearray(zipped(GOOD))
    at = data.find(CENTRAL) + OFFSET_AT
    data[at : at + 4] = struct.pack("<I", 1 << 30)
    return bytes(data)


def named_otherwise() -> bytes:
    """Directory and entry do not agree on a name."""
    return zipped({"a.txt": b"a", **GOOD}).replace(b"a.txt", b"b.txt", 1)


def wrong_checksum() -> bytes:
    """One entry's bytes are not those that were packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", b"packed as it is")
        archive.writestr("good.txt", b"Good.\n")
    return buffer.getvalue().replace(b"packed as it is", b"changed by them")


def longer_than_said() -> bytes:
    """An entry that would go on unpacking."""
    honest, lie = (struct.pack("<I", size) for size in (90_000, 9))
    return zipped({"a.txt": b"x" * 90_000, **GOOD}).replace(honest, lie)


def listed(count: int) -> bytes:
    """A directory of so many entries."""
    directory = (CENTRAL + bytes(42)) * count
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0, 0, len(directory), 30, 0)
    return b"PK\x03\x04" + bytes(26) + directory + end


def with_method(method: int) -> bytes:
    """A packing that could unpack without measure."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", b"a" * 999, method)
        archive.writestr("good.txt", b"Good.\n")
    return buffer.getvalue()


def with_mode(mode: int) -> bytes:
    """A ZIP entry that is a link or a device."""
    buffer = io.BytesIO(zipped(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo("a")
        info.create_system, info.external_attr = 3, (mode | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def special(kind: bytes) -> bytes:
    """A tar entry that is a link or a device."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
        info = tarfile.TarInfo("good.txt")
        info.size = len(GOOD["good.txt"])
        archive.addfile(info, io.BytesIO(GOOD["good.txt"]))
    return buffer.getvalue()


def twice() -> bytes:
    """Two files of one path; who unpacks them all has the second."""
    return FORMS["a.tar.gz"]({"good.txt": b"First.\n", "./good.txt": b"Good.\n"})


def endless_rules() -> bytes:
    """More rules than any repository has."""
    return zipped({f"{number}/.gitignore": b"#" * 100_000 for number in range(3)} | GOOD)


def greedy_rules() -> bytes:
    """Patterns that would be tried again and again, for many deep paths."""
    rules = b"".join(b"**/" + b"*a" * 40 + b"*b\n" for _ in range(30))
    deep = "/".join(["a" * 50] * 15)
    return zipped({".gitignore": rules, **{f"{deep}/{number}/a.txt": b"x" for number in range(50)}, **GOOD})


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "overlapping": (overlapping, "corrupt"),
    "outside": (outside, "corrupt"),
    "one bomb": (lambda: zipped({"a.txt": bytes(20 << 20)}), "expansion_limit"),
    "packed tar bomb": (lambda: FORMS["a.tar.gz"]({"a.txt": bytes(40 << 20)}), "expansion_limit"),
    "long list": (lambda: listed(LISTED + 1), "expansion_limit"),
    "list of nothing": (lambda: listed(1000), "corrupt"),
    "encrypted": (lambda: archives.locked().replace(b"word/document.xml", b"note/document.xml"), "encrypted"),
    "cut off": (lambda: zipped(GOOD)[:-30], "corrupt"),
    "cut off, packed": (lambda: FORMS["a.tar.gz"]({"a.txt": bytes(range(256)) * 4000})[:900], "corrupt"),
    "cut off in tar": (lambda: tarred({"a.txt": b"text " * 400})[:1000], "corrupt"),
    "empty": (lambda: b"PK\x05\x06" + bytes(18), "no_members"),
    "nothing to read": (lambda: zipped({"a.bin": bytes(range(256)) * 9, ".hidden": b"text"}), "no_members"),
    "only archives": (
        lambda: zipped({"a.zip": zipped(GOOD), "b.tgz": FORMS["a.tar.gz"](GOOD)}),
        "no_members",
    ),
    "only links": (lambda: special(tarfile.SYMTYPE)[:512] + bytes(1024), "no_members"),
    "rules without end": (endless_rules, "expansion_limit"),
    "no tar in it": (lambda: gzip.compress(b"just text " * 100), "unsupported_type"),
}
"""Archives, and the code of the error that each ends with."""

LEFT_OUT: dict[str, tuple[Callable[[], bytes], dict[str, int]]] = {
    "named otherwise": (named_otherwise, {"corrupt": 1}),
    "wrong checksum": (wrong_checksum, {"corrupt": 1}),
    "longer than said": (longer_than_said, {"corrupt": 1}),
    "bomb beside": (lambda: zipped({"a.txt": bytes(20 << 20), **GOOD}), {"expansion_limit": 1}),
    "bzip2": (lambda: with_method(zipfile.ZIP_BZIP2), {"unsupported_compression": 1}),
    "lzma": (lambda: with_method(zipfile.ZIP_LZMA), {"unsupported_compression": 1}),
    "link": (lambda: with_mode(stat.S_IFLNK), {"link": 1}),
    "device": (lambda: with_mode(stat.S_IFCHR), {"special": 1}),
    "link in tar": (lambda: special(tarfile.SYMTYPE), {"link": 1}),
    "hard link in tar": (lambda: special(tarfile.LNKTYPE), {"link": 1}),
    "device in tar": (lambda: special(tarfile.BLKTYPE), {"special": 1}),
    "pipe in tar": (lambda: special(tarfile.FIFOTYPE), {"special": 1}),
    "parent": (lambda: zipped({"../a.txt": b"x", "b/../../a.txt": b"x", **GOOD}), {"unsafe_name": 2}),
    "backslashes": (lambda: zipped({"..\\a.txt": b"x", "C:\\a.txt": b"x", **GOOD}), {"unsafe_name": 2}),
    "absolute": (lambda: tarred({"/etc/a.txt": b"x", "../a.txt": b"x", **GOOD}), {"unsafe_name": 2}),
    "control characters": (lambda: tarred({"a\n.txt": b"x", "\x1b[2J": b"x", **GOOD}), {"unsafe_name": 2}),
    "surrogates": (
        lambda: zipped({"a.txt": b"x", **GOOD}).replace(b"a.txt", b"a\0txt"),
        {"unsafe_name": 1},
    ),
    "long name": (lambda: tarred({"a" * 1025: b"x", **GOOD}), {"name_too_long": 1}),
    "twice": (twice, {"duplicate": 1}),
    "archives inside": (
        lambda: zipped(
            {"a.zip": zipped(GOOD), "a.tar": tarred(GOOD), "a.tgz": FORMS["a.tar.gz"](GOOD), **GOOD}
        ),
        {"archive": 3},
    ),
}
"""Archives with one good file, and what is left out beside it."""
