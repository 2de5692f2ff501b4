"""PDF through PyMuPDF: the only file that imports it. Prints nothing, starts no model."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from models.errors import (
    CorruptDocument,
    EncryptedDocument,
    ExpansionLimit,
    KerfError,
    MemoryLimit,
    NoPages,
    PageTooLarge,
    TooManyPages,
)
from models.geometry import Box
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction.cleaning import clean_line
from services.extraction.pdf_lines import clean_words, raw_lines
from services.extraction.raw import OutlineEntry, RawPage, RawPaper
from services.extraction.values import Progress, ignore

_MODELS = ("pymupdf.layout", "pymupdf4llm")
_OUT_OF_MEMORY = ("malloc", "calloc", "realloc", "out of memory", "code=2:")
_METADATA = ("title", "author", "subject", "keywords")
_MOST_BOOKMARKS = 50_000


def read_pdf(data: bytes, limits: Limits = DEFAULT_LIMITS, progress: Progress = ignore) -> RawPaper:
    """Words, lines and styles of every page.

    EncryptedDocument, CorruptDocument, NoPages, TooManyPages, PageTooLarge, ExpansionLimit, MemoryLimit; a
    single page that cannot be read comes back `failed`, never as an empty one.
    """
    with _opened(data, limits) as (document, count):
        return _paper(document, _pages(document, range(1, count + 1), limits, progress))


def count_pages(data: bytes, limits: Limits = DEFAULT_LIMITS) -> int:
    """How many pages there are; the errors of `read_pdf` that come with opening it."""
    with _opened(data, limits) as (_, count):
        return count


def read_pages(
    data: bytes, numbers: range, limits: Limits = DEFAULT_LIMITS, progress: Progress = ignore
) -> tuple[RawPage, ...]:
    """Some pages (numbered from 1) as `read_pdf` reads them; progress counts within them."""
    with _opened(data, limits) as (document, _):
        return _pages(document, numbers, limits, progress)


def bind_pages(data: bytes, pages: Sequence[RawPage], limits: Limits = DEFAULT_LIMITS) -> RawPaper:
    """What `read_pdf` gives, with the pages read before; ValueError unless they are all, in order."""
    with _opened(data, limits) as (document, count):
        if [page.number for page in pages] != list(range(1, count + 1)):
            raise ValueError(f"These are not the {count} pages of the document.")
        return _paper(document, tuple(pages))


@cache
def _pymupdf() -> Any:
    """PyMuPDF's core: its messages go to `logging` and never to standard output.

    Its layout and OCR companions load ONNX when it is imported, so they are hidden from it meanwhile.
    """
    hidden = [name for name in _MODELS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None makes an import fail
    try:
        import pymupdf  # noqa: PLC0415  0.15 s, and only where a PDF is read
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
    module: Any = pymupdf
    module.set_messages(pylogging=True, pylogging_name="pymupdf", pylogging_level=10)
    module.set_log(pylogging=True, pylogging_name="pymupdf", pylogging_level=10)
    module.TOOLS.mupdf_display_errors(False)
    module.TOOLS.mupdf_display_warnings(False)
    return module


def _open(data: bytes) -> Any:
    with _typed_errors():
        document = _pymupdf().open(stream=data, filetype="pdf")
    if document.needs_pass:
        document.close()
        raise EncryptedDocument
    return document


@contextmanager
def _opened(data: bytes, limits: Limits) -> Iterator[tuple[Any, int]]:
    """The document and its number of pages, which is within the limits."""
    document = _open(data)
    try:
        with _typed_errors():
            count = document.page_count
        _check_count(count, limits)
        yield document, count
    finally:
        document.close()


def _pages(document: Any, numbers: range, limits: Limits, progress: Progress) -> tuple[RawPage, ...]:
    pages: list[RawPage] = []
    characters = 0
    for done, number in enumerate(numbers, 1):
        page = _page(document, number, limits)
        characters += sum(len(word.text) for line in page.lines for word in line.words)
        if characters > limits.max_characters:
            raise ExpansionLimit(f"The document has more than {limits.max_characters} characters.")
        pages.append(page)
        progress(done, len(numbers))
    return tuple(pages)


def _paper(document: Any, pages: tuple[RawPage, ...]) -> RawPaper:
    if all(page.failed for page in pages):
        raise CorruptDocument("No page of the document can be read.")
    return RawPaper(pages, _outline(document, len(pages)), _metadata(document))


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except KerfError:
        raise
    except Exception as error:
        if _is_memory(error):
            raise MemoryLimit from error
        raise CorruptDocument(f"The PDF is damaged: {clean_line(str(error))[:200]}") from error


def _is_memory(error: Exception) -> bool:
    """MuPDF's failed allocations come as RuntimeError with its code 2, its binding's as SystemError."""
    message = str(error).lower()
    told = isinstance(error, RuntimeError) and any(mark in message for mark in _OUT_OF_MEMORY)
    return told or isinstance(error, MemoryError | SystemError)


def _check_count(count: int, limits: Limits) -> None:
    if count < 1:
        raise NoPages
    if count > limits.max_pages:
        raise TooManyPages(f"The document has {count} pages; the limit is {limits.max_pages}.")


def _page(document: Any, number: int, limits: Limits) -> RawPage:
    try:
        return _read_page(document[number - 1], number, limits)
    except KerfError:
        raise
    except Exception as error:
        if _is_memory(error):
            raise MemoryLimit from error
        return RawPage(number, 0.0, 0.0, failed=True)


def _read_page(page: Any, number: int, limits: Limits) -> RawPage:
    pymupdf = _pymupdf()
    rect = page.rect  # before the text page, which turns the page back while it is made
    if rect.width * rect.height > limits.max_page_area:
        raise PageTooLarge(f"Page {number} measures {rect.width:g} by {rect.height:g} points.")
    turned = tuple(page.rotation_matrix) if page.rotation else None
    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    textpage = page.get_textpage(flags=flags)
    words, blocks = textpage.extractWORDS(), textpage.extractDICT()["blocks"]
    words, drops = clean_words(words, number)
    lines = raw_lines(words, blocks, turned, Box(0.0, 0.0, rect.width, rect.height))
    drawn = bool(lines) or bool(page.get_bboxlog())
    return RawPage(number, rect.width, rect.height, lines, drawn, drops=drops)


def _outline(document: Any, count: int) -> tuple[OutlineEntry, ...]:
    try:
        entries = document.get_toc(simple=True)[:_MOST_BOOKMARKS]
    except Exception as error:
        if _is_memory(error):
            raise MemoryLimit from error
        return ()  # a broken outline is no reason to lose the pages
    cleaned = (OutlineEntry(level, clean_line(title), page) for level, title, page in entries)
    return tuple(entry for entry in cleaned if entry.title and 1 <= entry.page <= count)


def _metadata(document: Any) -> dict[str, str]:
    try:
        raw = document.metadata or {}
    except Exception as error:
        if _is_memory(error):
            raise MemoryLimit from error
        return {}  # nor is broken metadata
    cleaned = {name: clean_line(str(raw.get(name) or "")) for name in _METADATA}
    return {name: value for name, value in cleaned.items() if value}
