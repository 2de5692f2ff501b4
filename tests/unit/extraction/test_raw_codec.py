"""Raw pages come back from their bytes exactly; other bytes are refused."""

import json
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import Drop, DropReason
from models.errors import StorageError
from models.geometry import Box
from services.extraction import raw_codec
from services.extraction.raw import RawLine, RawPage, RawWord, Run, Style
from services.extraction.raw_codec import dump_pages, load_pages

edges = st.floats(allow_nan=False) | st.floats(0, 800, width=32)
boxes = st.builds(Box, edges, edges, edges, edges)
texts = st.text(st.characters(), max_size=8)
words = st.lists(st.builds(RawWord, texts, boxes), max_size=4).map(tuple)
styles = st.builds(Style, st.floats(0, 99), *[st.booleans()] * 4)
runs = st.lists(st.builds(Run, st.integers(0, 9), styles, st.booleans(), st.booleans()), max_size=3).map(
    tuple
)
lines = st.lists(st.builds(RawLine, words, boxes, styles, st.integers(0, 3), runs), max_size=4).map(tuple)
drops = st.builds(Drop, st.sampled_from(DropReason), texts, st.none() | st.integers(1, 9), st.none() | boxes)
pages = st.builds(
    RawPage,
    st.integers(1, 10_000),
    st.floats(0, 14_400),
    st.floats(0, 14_400),
    lines,
    st.booleans(),
    st.booleans(),
    st.lists(drops, max_size=2).map(tuple),
)

WORD = RawWord("whereas", Box(72.0, 100.0, 110.5, 112.0))
LINE = RawLine((WORD, WORD), Box(72.0, 100.0, 110.5, 112.0), Style(10.5))
PAGE = RawPage(1, 612.0, 792.0, (LINE,), drawn=True)


@settings(deadline=None)
@given(st.lists(pages, max_size=4), st.integers(0, 4))
def test_any_pages_come_back_from_any_parts(read: list[RawPage], cut: int) -> None:
    assert load_pages(dump_pages(read[:cut]) + dump_pages(read[cut:])) == tuple(read)
    assert dump_pages(load_pages(dump_pages(read))) == dump_pages(read)


def test_edges_that_single_precision_cannot_hold_are_kept_as_they_are() -> None:
    third = RawWord("a", Box(1 / 3, 0.1, 1e300, -0.0))
    page = RawPage(1, 1 / 3, 792.0, (RawLine((third,), Box(*third.box), Style(10)),))
    assert load_pages(dump_pages([page])) == (page,)
    assert str(load_pages(dump_pages([page]))[0].lines[0].words[0].box.y1) == "-0.0"


def test_no_bytes_are_no_pages() -> None:
    assert load_pages(b"") == ()


@settings(deadline=None)
@given(st.data())
def test_damaged_parts_are_refused_and_never_crash(data: st.DataObject) -> None:
    whole = bytearray(dump_pages([PAGE]))
    place = data.draw(st.integers(0, len(whole) - 1))
    change = data.draw(st.integers(1, 255))
    whole[place] ^= change
    with suppress(StorageError):  # bits that only fill a byte up change nothing
        assert load_pages(bytes(whole)) == (PAGE,)
    for damaged in (bytes(whole[:place]) or b"K", bytes(whole) + b"KR"):
        with pytest.raises(StorageError):
            load_pages(damaged)


def forged(change: Callable[[dict[str, Any]], object]) -> bytes:
    """A well-formed part with another content."""
    form = json.loads(zlib.decompress(dump_pages([PAGE])[raw_codec._HEADER.size :]))
    change(form)
    packed = zlib.compress(json.dumps(form).encode())
    return raw_codec._HEADER.pack(b"KRAW", raw_codec._VERSION, len(packed)) + packed


@pytest.mark.parametrize(
    "change",
    [
        lambda form: form["words"].pop(),
        lambda form: form["words"].append("more"),
        lambda form: form["words"].__setitem__(0, 7),
        lambda form: form["lines"].pop(),
        lambda form: form["lines"].append([0, 10.0, False, False, False, False, 0]),
        lambda form: form["lines"][0].__setitem__(0, 3),
        lambda form: form["lines"][0].__setitem__(0, -1),
        lambda form: form["lines"][0].__setitem__(2, 1),
        lambda form: form["pages"][0].__setitem__(6, 2),
        lambda form: form["pages"][0].__setitem__(6, 0),
        lambda form: form["pages"][0].__setitem__(0, "1"),
        lambda form: form["pages"][0].append(1),
        lambda form: form["word_boxes"].pop(),
        lambda form: form["word_boxes"].__setitem__(0, "x" + form["word_boxes"][0][1:]),
        lambda form: form["word_boxes"].__setitem__(0, form["line_boxes"][0]),
        lambda form: form.pop("words"),
    ],
)
def test_parts_that_contradict_themselves_are_refused(change: Callable[[dict[str, Any]], object]) -> None:
    assert load_pages(forged(lambda _: None)) == (PAGE,)
    with pytest.raises(StorageError, match="damaged"):
        load_pages(forged(change))


def test_parts_of_another_version_are_refused() -> None:
    part = dump_pages([PAGE])
    with pytest.raises(StorageError):
        load_pages(part[:4] + bytes([raw_codec._VERSION + 1]) + part[5:])


def test_the_profile_names_the_reader_and_its_version() -> None:
    assert raw_codec.profile().startswith(f"raw-{raw_codec.READER}.")
    assert "pymupdf-2" in raw_codec.profile()
