"""Raw pages to a reading: furniture out, reading order, blocks, headings, lists, text."""

from itertools import chain

from services.extraction.assemble import assemble
from services.extraction.captions import mark_captions
from services.extraction.frames import placed
from services.extraction.furniture import clear
from services.extraction.headings import mark_headings
from services.extraction.lists import mark_lists
from services.extraction.paragraphs import continued, paragraphs, spacing
from services.extraction.raw import RawPage, RawPaper
from services.extraction.reading_order import Flow, flows
from services.extraction.values import Reading


def read_paper(paper: RawPaper) -> Reading:
    """The whole way from words on pages to text with blocks. Every word ends in the text or in a drop."""
    cleared = clear(paper.pages)
    ordered = [(page.number, page_flows(page)) for page in cleared.pages]
    usual = spacing(chain.from_iterable(flow for _, flow in ordered))
    blocks = [
        block for number, columns in ordered for flow in columns for block in paragraphs(flow, number, usual)
    ]
    marked = mark_lists(mark_headings(mark_captions(continued(blocks)), paper.outline))
    text, placed_blocks, pages, words = assemble(marked, paper.pages)
    removed = tuple(drop for page in paper.pages for drop in page.drops)
    return Reading(text, placed_blocks, pages, words, (*removed, *cleared.drops), _metadata(paper))


def page_flows(page: RawPage) -> list[Flow]:
    """The page's columns in reading order; text of another direction comes after the main text."""
    return [flow for frame in placed(page.lines) for flow in flows(frame)]


def _metadata(paper: RawPaper) -> dict[str, str]:
    failed = [str(page.number) for page in paper.pages if page.failed]
    extra = {"failed_pages": ",".join(failed)} if failed else {}
    return {**paper.metadata, **extra}
