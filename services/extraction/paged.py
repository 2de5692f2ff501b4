"""Raw pages to a reading: furniture out, reading order, blocks, headings, lists, text."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from models.document import Drop
from models.geometry import Box
from services.extraction.assemble import assemble
from services.extraction.captions import mark_captions
from services.extraction.continuation import continued
from services.extraction.figures import figures_apart
from services.extraction.frames import as_read, flat, in_order, placed
from services.extraction.furniture import clear
from services.extraction.kinds import mark_kinds
from services.extraction.line_numbers import without_line_numbers
from services.extraction.linking import apparatus_of
from services.extraction.listings import Listed, has_listings, with_listings, without_listings
from services.extraction.margins import between_edges
from services.extraction.paragraphs import Spacing, paragraphs, spacing
from services.extraction.raw import RawBlock, RawPage, RawPaper
from services.extraction.reading_order import Flow, flows
from services.extraction.regions import mark_regions
from services.extraction.side_by_side import apart
from services.extraction.tables.joining import joined_tables
from services.extraction.tables.location import located
from services.extraction.tables.page import Tabled, with_tables, without_tabular
from services.extraction.tilting import laid_back
from services.extraction.values import Reading
from services.extraction.watermarks import without_watermarks


def read_paper(paper: RawPaper) -> Reading:
    """The whole way from words on pages to text with blocks. Every word ends in the text or in a drop."""
    clean, watermarks = without_watermarks(paper.pages)
    unnumbered = without_line_numbers(clean)
    cleared = clear(unnumbered.pages)
    code = has_listings(cleared.pages)
    ordered = [_ordered(page, code=code) for page in cleared.pages]
    numbers = (drop for _, _, of_page in ordered for drop in of_page)
    usual = spacing(chain.from_iterable(flow for _, flow, _ in ordered))
    blocks = [
        block
        for page, columns, _ in ordered
        for flow in columns
        for block in column_blocks(flow, page, usual)
    ]
    told = mark_regions(mark_captions(blocks), paper.pages)
    joined = joined_tables(continued(mark_kinds(told, paper)))
    whole = assemble(joined.blocks, paper.pages)
    drops = chain(
        (drop for page in paper.pages for drop in page.drops),
        watermarks,
        unnumbered.drops,
        cleared.drops,
        numbers,
        joined.drops,
        whole.drops,
    )
    reading = Reading(
        whole.text,
        whole.blocks,
        whole.pages,
        whole.words,
        tuple(drops),
        _metadata(paper),
        apparatus=apparatus_of(joined.blocks, whole, paper),
    )
    whole_reading = laid_back(reading, paper.pages)
    return replace(whole_reading, tables=located(whole.tables, whole_reading.words))


def _ordered(page: RawPage, *, code: bool) -> tuple[Tabled, list[Flow], tuple[Drop, ...]]:
    """The page with its figures and tables as one line each, its columns, and dropped numbers of code."""
    parted = figures_apart(without_tabular(page))
    rest, listings, drops = without_listings(parted.page) if code else Listed(parted.page)
    tabled = with_tables(rest)
    lines = with_listings(tabled.page.lines, listings, page) if listings else tabled.page.lines
    lines = parted.with_figures(lines)
    whole = Tabled(replace(tabled.page, lines=lines), {**tabled.tables, **parted.blocks()})
    return whole, page_flows(whole.page), drops


def page_flows(page: RawPage) -> list[Flow]:
    """The page's columns in reading order; text of another direction comes after the main text."""
    sheet = Box(0.0, 0.0, page.width, page.height)
    return [
        flow
        for frame in in_order(placed(page.lines))
        for part in between_edges(as_read(frame), flat(sheet, frame[0].line.turn))
        for flow in flows(part)
    ]


def column_blocks(flow: Flow, page: Tabled, usual: Spacing) -> Iterator[RawBlock]:
    """The blocks of a column; what stands beside a table is not run together with it."""
    pending: Flow = []
    for row in flow:
        found = [page.block(item.line) for item in row]
        if not any(found):
            pending.append(row)
            continue
        yield from _blocks_of(pending, page.page, usual)
        pending = []
        for item, block in zip(row, found, strict=True):
            yield from [block] if block else paragraphs([(item,)], page.page.number, usual)
    yield from _blocks_of(pending, page.page, usual)


def _blocks_of(flow: Flow, page: RawPage, usual: Spacing) -> Iterator[RawBlock]:
    for part in apart(flow, seen=page.confidence is not None):
        yield from paragraphs(part, page.number, usual)


def _metadata(paper: RawPaper) -> dict[str, str]:
    failed = [str(page.number) for page in paper.pages if page.failed]
    divided = [str(page.number) for page in paper.pages if page.regions is not None]
    extra = {"failed_pages": ",".join(failed)} if failed else {}
    extra |= {"layout_pages": ",".join(divided)} if divided else {}
    return {**paper.metadata, **extra}
