"""Long PDFs in page ranges: counted, read range by range, bound to the document that reading whole gives."""

from models.document import Document
from models.errors import StorageError
from models.limits import Limits
from services.extraction.extract import identified
from services.extraction.media import PDF, packed_type
from services.extraction.paged import read_paper
from services.extraction.pdf import bind_pages, count_pages, read_pages
from services.extraction.raw_codec import dump_pages, load_pages
from services.extraction.seeing import BLIND, Sight
from services.extraction.values import Progress


def page_count(data: bytes, limits: Limits) -> int | None:
    """How many pages a PDF has; None for anything else, which cannot be read in ranges."""
    return count_pages(data, limits) if packed_type(data) == PDF else None


def read_range(
    data: bytes, numbers: range, limits: Limits, progress: Progress, sight: Sight = BLIND
) -> bytes:
    """The raw pages of those numbers (from 1) as one part of the stream that `bind` takes."""
    pages = read_pages(data, numbers, limits, progress, sight)
    return dump_pages(pages, most=limits.max_stored_bytes)


def bind(data: bytes, parts: bytes, limits: Limits) -> Document:
    """The document that `extract` gives, from the parts of all its pages in order.

    StorageError when the parts are damaged or are not those pages.
    """
    pages = load_pages(parts, most=limits.max_stored_bytes)
    try:
        paper = bind_pages(data, pages, limits)
    except ValueError as error:
        raise StorageError(str(error)) from error
    return identified(read_paper(paper), data, PDF)
