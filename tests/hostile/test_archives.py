"""P4: office files that unpack to too much, or lie, or lead out of themselves."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.errors import DocumentError, KerfError
from models.limits import Limits
from services.extraction.extract import extract
from services.inference.toolkit import Toolkit
from services.runner.files import NamedFiles
from services.runner.process import Child
from services.runner.values import Request
from services.runner.work import Means, plan, serve
from tests.hostile import archives
from tests.hostile.archives import docx

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}
REFUSED = {
    "ratio": (archives.ratio, {"expansion_limit"}),
    "sum of parts": (archives.sum_of_parts, {"expansion_limit"}),
    "entries": (lambda: archives.entries(10_001), {"expansion_limit"}),
    "larger than it says": (lambda: archives.lying_about_size(-1000), {"corrupt"}),
    "smaller than it says": (lambda: archives.lying_about_size(1000), {"corrupt", "ready"}),
    "parent folder": (lambda: archives.named("../evil"), {"corrupt"}),
    "deep parent folder": (lambda: archives.named("word/../../evil"), {"corrupt"}),
    "absolute": (lambda: archives.named("/etc/cron.d/evil"), {"corrupt"}),
    "drive": (lambda: archives.named("C:evil"), {"corrupt"}),
    "backslashes": (lambda: archives.named("..\\evil"), {"corrupt"}),
    "two bodies": (archives.twice, {"corrupt"}),
    "link": (archives.linked, {"corrupt"}),
    "locked": (archives.locked, {"encrypted"}),
    "deep": (lambda: archives.deep(5_000), {"nesting_limit", "corrupt"}),
    "spreadsheet": (lambda: archives.outer("xl/workbook.xml"), {"unsupported_type"}),
    "archive": (lambda: archives.outer("a.txt"), {"archive"}),
    "cut off": (lambda: docx()[:-30], {"corrupt"}),
    "nothing but an end": (lambda: b"PK\x05\x06" + bytes(18), {"archive"}),
}


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    found = Child(Limits(), models=tmp_path_factory.mktemp("models"))
    yield found
    found.close()


def code_of(child: Child, folder: Path, data: bytes) -> str:
    path = folder / "a.docx"
    path.write_bytes(data)
    try:
        child.run(Request(path, path.name, "doc_1", OPTIONS), lambda _: True)
    except KerfError as error:
        return error.code
    return "ready"


@pytest.mark.parametrize("name", REFUSED)
def test_an_archive_that_is_not_what_it_should_be_is_refused_by_type(
    child: Child, tmp_path: Path, name: str
) -> None:
    make, expected = REFUSED[name]
    assert code_of(child, tmp_path, make()) in expected
    assert child.last_peak_mb < 256


@pytest.mark.parametrize("name", ["ratio", "sum of parts", "entries", "link", "two bodies", "locked"])
def test_what_the_directory_tells_is_refused_before_anything_is_unpacked(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, expected = REFUSED[name]
    data, innocent = make(), docx()
    opened: list[str] = []

    def unpacking(archive: zipfile.ZipFile, entry: "zipfile.ZipInfo | str", *rest: Any, **named: Any) -> Any:
        opened.append(str(entry))
        return unpack(archive, entry, *rest, **named)

    unpack = zipfile.ZipFile.open
    monkeypatch.setattr(zipfile.ZipFile, "open", unpacking)
    with pytest.raises(DocumentError) as refused:
        extract(data, "a.docx")
    assert opened == []
    assert refused.value.code in expected
    extract(innocent, "a.docx")
    assert opened != []


def test_entities_neither_multiply_nor_read_files(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(archives.laughing())
    try:
        found = child.run(Request(path, path.name, "doc_1", OPTIONS), lambda _: True)
    except DocumentError:
        return
    text = "".join(chunk["text"] for chunk in found.chunks)
    assert "root:" not in text
    assert len(text) < 1000


def test_documents_inside_a_document_are_not_opened(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(archives.nested(5))
    found = child.run(Request(path, path.name, "doc_1", OPTIONS), lambda _: True)
    assert [chunk["text"] for chunk in found.chunks] == ["Text"]


def test_a_document_without_styles_is_read_where_no_file_can_be_opened(child: Child, tmp_path: Path) -> None:
    styled = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title</w:t></w:r></w:p>'
    path = tmp_path / "a.docx"
    path.write_bytes(docx(styled + "<w:p><w:r><w:t>Text</w:t></w:r></w:p>"))
    request = Request(path, path.name, "doc_1", OPTIONS)
    means = Means(NamedFiles(), Limits(), lambda _: None)
    here = serve(request, plan(request, Toolkit(tmp_path)), means)
    assert child.run(request, lambda _: True) == here
    assert here.chunks
