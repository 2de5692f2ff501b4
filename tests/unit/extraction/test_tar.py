"""Tar archives are read as the standard library reads them, whoever wrote them and in which form."""

import io
import tarfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import CorruptDocument, ExpansionLimit
from models.limits import Limits
from models.members import LONGEST_PATH, Reason, is_path
from services.extraction import tar
from services.extraction.entries import Entry
from services.extraction.streams import Stream
from tests.support.packed import tarred

NAMES = st.lists(
    st.text("ab é漢.-\\", min_size=1, max_size=40).filter(lambda name: name not in {".", ".."}),
    min_size=1,
    max_size=5,
).map("/".join)
SIZE, CHECKSUM = slice(124, 136), slice(148, 156)


def walked(data: bytes, **limits: int) -> Iterator[tuple[Entry, bytes | None]]:
    stream = Stream(io.BytesIO(data), None, Limits(**limits))
    return tar.walk(stream, Limits(**limits), lambda _: True)


def of_type(kind: bytes, **fields: object) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a")
        info.type = kind
        for name, value in fields.items():
            setattr(info, name, value)
        archive.addfile(info)
    return buffer.getvalue() + tarred({"b": b"b"})


def with_size(field: bytes) -> bytes:
    """An archive of one file of ten bytes whose header says another size, with the right checksum."""
    data = bytearray(tarred({"a": b"x" * 10}, form=tarfile.USTAR_FORMAT))
    data[SIZE] = field
    data[CHECKSUM] = b" " * 8
    data[CHECKSUM] = b"%06o\0 " % sum(data[: tar.BLOCK])
    return bytes(data)


@settings(max_examples=60)
@given(
    files=st.dictionaries(NAMES, st.binary(max_size=1100), min_size=1, max_size=5),
    form=st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]),
)
def test_names_and_bytes_are_those_that_were_packed(files: dict[str, bytes], form: int) -> None:
    data = tarred(files, form=form)
    assert tar.is_tar(data[: tar.BLOCK])
    found = list(walked(data))
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        assert len(found) == len(archive.getmembers())
    kept = {entry.path: read for entry, read in found if entry.reason is None}
    too_long = {name for name in files if len(name.encode()) > LONGEST_PATH}
    assert kept == {name: read for name, read in files.items() if name not in too_long}
    assert all(is_path(path) for path in kept)


def test_prefixes_of_ustar_and_old_archives_without_a_mark_are_read() -> None:
    name = "/".join(["folder" * 4] * 6) + "/file"
    data = tarred({name: b"x"}, form=tarfile.USTAR_FORMAT)
    assert [entry.path for entry, _ in walked(data)] == [name]
    old = bytearray(tarred({"a/": b"", "b": b"y"}, form=tarfile.USTAR_FORMAT))
    for start in (0, tar.BLOCK):
        old[start + 156 : start + 157] = b"\0"
        old[start + 257 : start + tar.BLOCK] = bytes(tar.BLOCK - 257)
        block = old[start : start + tar.BLOCK]
        total = sum(block) - sum(block[CHECKSUM]) + 8 * ord(" ")
        old[start + CHECKSUM.start : start + CHECKSUM.stop] = b"%06o\0 " % total
    assert [(entry.path, entry.is_folder, read) for entry, read in walked(bytes(old))] == [
        ("a", True, None),
        ("b", False, b"y"),
    ]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (tarfile.SYMTYPE, Reason.LINK),
        (tarfile.LNKTYPE, Reason.LINK),
        (tarfile.CHRTYPE, Reason.SPECIAL),
        (tarfile.BLKTYPE, Reason.SPECIAL),
        (tarfile.FIFOTYPE, Reason.SPECIAL),
        (b"V", Reason.SPECIAL),
        (b"S", Reason.SPECIAL),
    ],
)
def test_what_is_no_regular_file_is_passed_over(kind: bytes, reason: Reason) -> None:
    data = of_type(kind, linkname="/etc/passwd")
    archive = data[: tar.BLOCK] + tarred({"b": b"b"})
    assert [(entry.path, entry.reason, read) for entry, read in walked(archive)] == [
        ("a", reason, None),
        ("b", None, b"b"),
    ]


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/etc/passwd", "C:a", "a\nb", "a\x1b[2J", "a\u2028b", "..", "\x85"]
)
def test_names_that_lead_out_or_break_a_line_are_unsafe(name: str) -> None:
    ((entry, read),) = walked(tarred({name: b"x"}))
    assert (entry.reason, read) == (Reason.UNSAFE_NAME, None)


def test_names_of_bytes_that_are_no_text_are_made_text() -> None:
    data = tarred({"ab\udce9": b"x"}, form=tarfile.GNU_FORMAT)
    assert [(entry.path, entry.reason) for entry, _ in walked(data)] == [("ab\ufffd", None)]


@pytest.mark.parametrize("cut", [100, 600, 1000, 1024 + 300])
def test_an_archive_that_is_cut_off_is_corrupt(cut: int) -> None:
    with pytest.raises(CorruptDocument):
        list(walked(tarred({"a": b"x" * 700, "b": b"y" * 700})[:cut]))


@pytest.mark.parametrize(
    "size",
    [b"\x80" + b"\0" * 3 + b"\xff" * 8, b"\xff" * 12, b"7" * 11 + b"\0", b"99999999999\0", b"-0000000001\0"],
)
def test_sizes_that_lie_are_corrupt(size: bytes) -> None:
    with pytest.raises(CorruptDocument):
        list(walked(with_size(size)))


def test_long_names_of_long_names_and_records_without_end_are_corrupt() -> None:
    (long_name,) = {tarred({"n" * 200: b"x"}, form=tarfile.GNU_FORMAT)[: 2 * tar.BLOCK]}
    with pytest.raises(CorruptDocument, match="too much"):
        list(walked(long_name * 3000 + tarred({"a": b"x"})))
    with pytest.raises(CorruptDocument, match="pax"):
        list(walked(tarred({"é": b"x"}).replace(b"path=", b"path?")))


def test_entries_are_counted_and_a_changed_header_is_corrupt() -> None:
    with pytest.raises(ExpansionLimit):
        list(walked(tarred({str(number): b"" for number in range(11)}), max_listed=10))
    with pytest.raises(CorruptDocument):
        list(walked(tarred({"a": b""}).replace(b"a", b"b", 1)))
