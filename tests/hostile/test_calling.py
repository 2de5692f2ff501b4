"""P6: documents that ask to be completed from elsewhere. Nobody hears of them, with the walls and without."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.errors import CorruptDocument
from services.runner import sandbox
from services.runner.process import Child
from services.runner.values import Request
from tests.hostile.calling_markup import calling_markup
from tests.hostile.calling_pdfs import calling_pdfs
from tests.hostile.conftest import MakeChild

NAKED = (sys.executable, str(Path(__file__).with_name("naked_child.py")))
OPTIONS = {"strategy": "recursive", "tokenizer": "words"}
SECRET = "only in another file"
WALLED = pytest.mark.skipif(
    not all(wall.stands for wall in sandbox.walls()), reason="this kernel lacks a part; see `kerf doctor`"
)

Calls = Callable[[], int]


@contextmanager
def canary() -> Iterator[tuple[str, Calls]]:
    """An address, and how many have connected to it since it was last asked for."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        listening.setblocking(False)

        def calls() -> int:
            count = 0
            while True:
                try:
                    listening.accept()[0].close()
                except BlockingIOError:
                    return count
                count += 1

        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", calls


def documents(address: str) -> Iterator[tuple[str, str, bytes]]:
    """What each does, a file name, and the bytes."""
    for kind, data in calling_pdfs(address.encode()):
        yield kind, "a.pdf", data
    for kind, data in calling_markup(address):
        yield kind, kind.rpartition("/")[2], data


def text_of(child: Child, folder: Path, name: str, data: bytes) -> str:
    """All its chunks say; what is refused says why."""
    path = folder / name
    path.write_bytes(data)
    try:
        found = child.run(Request(path, name, "doc_1", OPTIONS), lambda _: True)
    except CorruptDocument as error:  # Word files with a document type
        assert name == "a.docx"
        return f"Text {error.detail}"
    return "".join(chunk["text"] for chunk in found.chunks)


def test_there_is_every_kind_of_document() -> None:
    made = [name for _, name, _ in documents("http://127.0.0.1:9/")]
    assert made.count("a.pdf") >= 67 * 3
    assert {name: made.count(name) for name in set(made) - {"a.pdf"}} == {
        "a.html": 21,
        "a.md": 6,
        "a.docx": 14,
        **dict.fromkeys(("a.xml", "a.xhtml", "akn.xml", "uslm.xml", "a.svg"), 7),
    }
    assert len({data for _, _, data in documents("http://127.0.0.1:9/")}) == len(made)


def unheard(child: Child, folder: Path) -> None:
    with canary() as (address, calls):
        for kind, name, data in documents(address):
            assert "Text" in text_of(child, folder, name, data), kind
            assert calls() == 0, kind


@WALLED
def test_nobody_hears_of_a_document_that_is_read_behind_the_walls(
    make_child: MakeChild, tmp_path: Path
) -> None:
    unheard(make_child(), tmp_path)


def test_nobody_hears_of_a_document_that_is_read_and_drawn_without_walls(
    make_child: MakeChild, tmp_path: Path
) -> None:
    unheard(make_child((*NAKED, "walls"), memory_mb=2048), tmp_path)


def test_no_file_that_a_document_names_is_read_though_it_could_be(
    make_child: MakeChild, tmp_path: Path
) -> None:
    planted = tmp_path / "planted.txt"
    planted.write_text(SECRET, encoding="utf-8")
    child = make_child((*NAKED, "walls"), memory_mb=2048)
    for kind, name, data in documents(planted.as_uri()):
        found = text_of(child, tmp_path, name, data)
        assert "Text" in found, kind
        assert SECRET not in found, kind


def test_a_parser_that_calls_is_heard_without_walls(make_child: MakeChild, tmp_path: Path) -> None:
    with canary() as (address, calls):
        child = make_child((*NAKED, "walls", "calls"), memory_mb=2048)
        for kind, name, data in list(documents(address))[::25]:
            text_of(child, tmp_path, name, data)
            assert (calls() > 0) == (address.encode() in data), kind  # not in what is compressed


@WALLED
def test_a_parser_that_calls_is_not_heard_behind_the_walls(make_child: MakeChild, tmp_path: Path) -> None:
    with canary() as (address, calls):
        child = make_child((*NAKED, "calls"))
        for kind, data in list(calling_markup(address))[::6]:
            text_of(child, tmp_path, kind.rpartition("/")[2], data)
            assert calls() == 0, kind
