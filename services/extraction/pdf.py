"""PDF through PyMuPDF: the only file that imports it. Prints nothing, starts no model."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from models.apparatus import Attachment
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
from services.extraction.drawing import marks_of
from services.extraction.figure_labels import with_labels
from services.extraction.line_joining import joined_lines
from services.extraction.pdf_errors import is_memory, spared, typed_errors
from services.extraction.pdf_lines import clean_words, raw_lines
from services.extraction.pdf_marks import iso_date, raw_links, roles, with_roles
from services.extraction.pdf_rules import drawn_rules, stand_side_by_side
from services.extraction.pictures import figure_regions
from services.extraction.raw import OutlineEntry, RawPage, RawPaper
from services.extraction.seeing import BLIND, Sight
from services.extraction.seen_figures import with_seen_figures
from services.extraction.sight import Ink, PageImage
from services.extraction.tight_spaces import respaced
from services.extraction.values import Progress, ignore

_MODELS = ("pymupdf.layout", "pymupdf4llm")
_METADATA = ("title", "author", "subject", "keywords")
_DATES = {"created": "creationDate", "modified": "modDate"}
_MOST_BOOKMARKS = 50_000
_MOST_FILES = 1_000
_PICTURE, _PIXELS = 400, 640_000
_LONGEST_SIDE = 3400


def read_pdf(
    data: bytes,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = ignore,
    sight: Sight = BLIND,
    *,
    kind: str = "pdf",
) -> RawPaper:
    """Words, lines and styles of every page; also of other formats whose `kind` MuPDF opens, as images.

    EncryptedDocument, CorruptDocument, NoPages, TooManyPages, PageTooLarge, ExpansionLimit, MemoryLimit; a
    single page that cannot be read comes back `failed`, never as an empty one.
    """
    with _opened(data, limits, kind) as (document, count):
        return _paper(document, _pages(document, range(1, count + 1), limits, progress, sight))


def count_pages(data: bytes, limits: Limits = DEFAULT_LIMITS) -> int:
    """How many pages there are; the errors of `read_pdf` that come with opening it."""
    with _opened(data, limits) as (_, count):
        return count


def read_pages(
    data: bytes,
    numbers: range,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = ignore,
    sight: Sight = BLIND,
) -> tuple[RawPage, ...]:
    """Some pages (numbered from 1) as `read_pdf` reads them; progress counts within them."""
    with _opened(data, limits) as (document, _):
        return _pages(document, numbers, limits, progress, sight)


def bind_pages(data: bytes, pages: Sequence[RawPage], limits: Limits = DEFAULT_LIMITS) -> RawPaper:
    """What `read_pdf` gives, with the pages read before; ValueError unless they are all, in order."""
    with _opened(data, limits) as (document, count):
        if [page.number for page in pages] != list(range(1, count + 1)):
            raise ValueError(f"These are not the {count} pages of the document.")
        return _paper(document, tuple(pages))


def png_of(svg: str, dots: float) -> bytes:
    """A drawing of ours (services.drawing) as PNG, `dots` to a unit; CorruptDocument, MemoryLimit."""
    with _opened(svg.encode(), DEFAULT_LIMITS, "svg") as (document, _), typed_errors():
        scale = min(dots, _LONGEST_SIDE / max(document[0].rect[2:]))
        pixels = document[0].get_pixmap(matrix=_pymupdf().Matrix(scale, scale), alpha=False)
        return bytes(pixels.tobytes("png"))


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


def _open(data: bytes, kind: str = "pdf") -> Any:
    with typed_errors():
        document = _pymupdf().open(stream=data, filetype=kind)
    if document.needs_pass:
        document.close()
        raise EncryptedDocument
    return document


@contextmanager
def _opened(data: bytes, limits: Limits, kind: str = "pdf") -> Iterator[tuple[Any, int]]:
    """The document and its number of pages, which is within the limits."""
    document = _open(data, kind)
    try:
        with typed_errors():
            count = document.page_count
        _check_count(count, limits)
        yield document, count
    finally:
        document.close()


def _pages(
    document: Any, numbers: range, limits: Limits, progress: Progress, sight: Sight
) -> tuple[RawPage, ...]:
    pages: list[RawPage] = []
    characters = 0
    for done, number in enumerate(numbers, 1):
        page = _page(document, number, limits, sight)
        characters += sum(len(word.text) for line in page.lines for word in line.words)
        if characters > limits.max_characters:
            raise ExpansionLimit(f"The document has more than {limits.max_characters} characters.")
        pages.append(page)
        progress(done, len(numbers))
    return tuple(pages)


def _paper(document: Any, pages: tuple[RawPage, ...]) -> RawPaper:
    if all(page.failed for page in pages):
        raise CorruptDocument("No page of the document can be read.")
    attachments = spared(lambda: _attachments(document), ())
    return RawPaper(pages, _outline(document, len(pages)), _metadata(document), attachments)


def _check_count(count: int, limits: Limits) -> None:
    if count < 1:
        raise NoPages
    if count > limits.max_pages:
        raise TooManyPages(f"The document has {count} pages; the limit is {limits.max_pages}.")


def _page(document: Any, number: int, limits: Limits, sight: Sight = BLIND) -> RawPage:
    try:
        page = document[number - 1]
        sheet = _Sheet(page, limits)
        return with_seen_figures(sight.completed(_read_page(page, number, limits), sheet), sheet)
    except KerfError:
        raise
    except Exception as error:
        if is_memory(error):
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
    words, drops = clean_words(respaced(words, lambda: textpage.extractRAWDICT()["blocks"]), number)
    lines = raw_lines(words, blocks, turned, Box(0.0, 0.0, rect.width, rect.height))
    drawn = bool(lines) or bool(page.get_bboxlog())
    if lines and turned is None and _is_tagged(page.parent):
        tagged = page.get_textpage(flags=flags | pymupdf.TEXT_COLLECT_STRUCTURE).extractDICT()["blocks"]
        lines = with_roles(lines, spared(lambda: roles(tagged), []))
    lines = joined_lines(lines)
    links = spared(lambda: raw_links(page.first_link, page.parent.page_count), ())
    drawings = flags | pymupdf.TEXT_COLLECT_VECTORS | pymupdf.TEXT_PRESERVE_IMAGES
    vectors: list[Any] = spared(lambda: page.get_textpage(flags=drawings).extractBLOCKS(), [])
    sheet = Box(0.0, 0.0, rect.width, rect.height)
    paths = cache(lambda: spared(page.get_cdrawings, ()))
    marks = marks_of(vectors, paths, turned)
    figures = with_labels(figure_regions(marks, lines, sheet), lines)
    rules = drawn_rules(vectors, paths, turned) if stand_side_by_side(lines) else ()
    return RawPage(
        number, rect.width, rect.height, lines, drawn, drops=drops, links=links, figures=figures, rules=rules
    )


class _Sheet:
    """A page as it is drawn (services.extraction.sight.Sheet)."""

    def __init__(self, page: Any, limits: Limits) -> None:
        self._page = page
        self._limits = limits

    def has_pictures(self) -> bool:
        sizes = [(width, height) for _, _, width, height, *_ in self._page.get_images()]
        large = any(min(size) >= _PICTURE for size in sizes)
        return large or sum(width * height for width, height in sizes) >= _PIXELS  # strips of a scan

    def ink(self) -> Ink:
        log = self._page.get_bboxlog()
        texts = [kind for kind, _ in log if kind.endswith("-text")]
        hidden = texts.count("ignore-text")
        pictures = tuple(Box(*box) for kind, box in log if "image" in kind)
        return Ink(pictures, len(texts) - hidden, hidden, sum(kind.endswith("-path") for kind, _ in log))

    def render(self, dots: float) -> PageImage:
        pymupdf = _pymupdf()
        rect = self._page.rect
        long, area = max(rect.width, rect.height), rect.width * rect.height
        scale = min(dots / 72, _LONGEST_SIDE / long, (self._limits.max_pixels / area) ** 0.5)
        matrix = pymupdf.Matrix(scale, scale)
        drawn = self._page.get_pixmap(matrix=matrix, colorspace=pymupdf.csGRAY, alpha=False)
        return PageImage(drawn.width, drawn.height, bytes(drawn.samples))


def _is_tagged(document: Any) -> bool:
    return spared(lambda: bool(_catalog(document, "StructTreeRoot")), otherwise=False)


def _catalog(document: Any, key: str) -> str:
    """An entry of the file's catalog as it is written; empty when there is none."""
    kind, value = document.xref_get_key(document.pdf_catalog(), key) if document.is_pdf else ("null", "")
    return "" if kind == "null" else str(value)


def _attachments(document: Any) -> tuple[Attachment, ...]:
    """Names and sizes of the files inside, which are not opened."""
    infos = [document.embfile_info(number) for number in range(min(document.embfile_count(), _MOST_FILES))]
    named = (
        (clean_line(str(info.get("filename") or info.get("name") or "")), info.get("length"))
        for info in infos
    )
    return tuple(
        Attachment(name, size if isinstance(size, int) and size >= 0 else None)
        for name, size in named
        if name
    )


def _outline(document: Any, count: int) -> tuple[OutlineEntry, ...]:
    entries: list[Any] = spared(lambda: document.get_toc(simple=True)[:_MOST_BOOKMARKS], [])
    cleaned = (OutlineEntry(level, clean_line(title), page) for level, title, page in entries)
    return tuple(entry for entry in cleaned if entry.title and 1 <= entry.page <= count)


def _metadata(document: Any) -> dict[str, str]:
    raw: dict[str, Any] = spared(lambda: document.metadata or {}, {})
    cleaned = {name: clean_line(str(raw.get(name) or "")) for name in _METADATA}
    cleaned |= {name: iso_date(str(raw.get(key) or "")) for name, key in _DATES.items()}
    cleaned["language"] = clean_line(spared(lambda: _catalog(document, "Lang"), ""))
    return {name: value for name, value in cleaned.items() if value}
