"""A document read in page ranges is the document that is read whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.artifact import dump
from models.errors import CorruptDocument, StorageError, TooManyPages
from models.limits import DEFAULT_LIMITS, Limits
from services.extraction import pdf as reader
from services.extraction.extract import extract
from services.extraction.paged import read_paper
from services.extraction.pdf import bind_pages, read_pdf
from services.extraction.ranges import bind, page_count, read_range
from services.extraction.raw import RawPage, RawPaper
from services.extraction.raw_codec import dump_pages, load_pages
from services.extraction.values import ignore
from tests.support.reports import report
from tests.unit.extraction.samples import SENTENCES, pdf, write

LONG = 250


def in_ranges(data: bytes, cuts: list[int], count: int) -> bytes:
    """All pages, read in the ranges that end at the cuts."""
    ends = [*sorted(cuts), count]
    starts = [1, *(end + 1 for end in ends[:-1])]
    return b"".join(
        read_range(data, range(first, last + 1), DEFAULT_LIMITS, ignore)
        for first, last in zip(starts, ends, strict=True)
    )


def test_a_long_report_read_in_hundreds_is_the_one_read_whole() -> None:
    data = report(LONG)
    assert page_count(data, DEFAULT_LIMITS) == LONG
    bound = bind(data, in_ranges(data, [100, 200], LONG), DEFAULT_LIMITS)
    whole = extract(data, "report.pdf")
    assert bound == whole
    assert dump(bound) == dump(whole)
    assert {drop.reason for drop in whole.drops} >= {"running_header", "page_number"}
    assert any(block.level for block in whole.blocks)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(1, 11)), st.integers(0, 4))
def test_wherever_the_ranges_end_the_document_is_the_same(cuts: set[int], seed: int) -> None:
    data = report(12, lines=12, seed=seed)
    paper = read_pdf(data)
    parts = in_ranges(data, sorted(cuts), 12)
    assert bind_pages(data, load_pages(parts)) == paper
    assert read_paper(
        RawPaper(load_pages(dump_pages(paper.pages)), paper.outline, paper.metadata)
    ) == read_paper(paper)


def test_progress_counts_within_the_range() -> None:
    heard: list[tuple[int, int]] = []
    read_range(
        report(12, lines=12), range(5, 8), DEFAULT_LIMITS, lambda done, total: heard.append((done, total))
    )
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_only_pdfs_have_ranges_and_limits_hold_when_they_are_counted() -> None:
    assert page_count(b"plain words", DEFAULT_LIMITS) is None
    with pytest.raises(TooManyPages):
        page_count(report(12, lines=12), Limits(max_pages=11))


@pytest.mark.parametrize("numbers", [[], [1, 2], [2, 1, 3], [1, 2, 2], [1, 2, 3, 4]])
def test_ranges_that_are_not_all_pages_in_order_are_refused(numbers: list[int]) -> None:
    data = pdf(*[lambda canvas: write(canvas, SENTENCES)] * 3)
    pages = {page.number: page for page in read_pdf(data).pages} | {4: RawPage(4, 1.0, 1.0)}
    with pytest.raises(StorageError, match="3 pages"):
        bind(data, dump_pages([pages[number] for number in numbers]), DEFAULT_LIMITS)


def test_a_range_of_unreadable_pages_is_no_failure_but_a_document_of_them_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = pdf(*[lambda canvas: write(canvas, SENTENCES)] * 2)
    good = read_range(data, range(2, 3), DEFAULT_LIMITS, ignore)
    with monkeypatch.context() as broken:
        broken.setattr(reader, "_read_page", None)
        bad = [read_range(data, range(number, number + 1), DEFAULT_LIMITS, ignore) for number in (1, 2)]
    assert bind(data, bad[0] + good, DEFAULT_LIMITS).pages_without_text == (1,)
    with pytest.raises(CorruptDocument, match="No page"):
        bind(data, bad[0] + bad[1], DEFAULT_LIMITS)
