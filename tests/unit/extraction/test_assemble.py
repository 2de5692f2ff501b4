from array import array
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from models.artifact import dump, load
from models.document import Document, DropReason
from models.geometry import Box
from models.laws import check_document
from services.extraction.paged import read_paper
from services.extraction.raw import OutlineEntry, RawLine, RawPage, RawPaper, RawWord, Style
from services.extraction.rendering import to_markdown
from services.extraction.values import Reading

WIDTH, HEIGHT = 600.0, 800.0

words = st.one_of(
    st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=8),
    st.sampled_from(["deliv-", "ery", "long-", "term", "well-known", "soft\u00ad", "goods"]),
)
styles = st.builds(Style, st.sampled_from([8.0, 10.0, 10.5, 16.0]), st.booleans())


@st.composite
def lines(draw: DrawFn) -> RawLine:
    style = draw(styles)
    x, y = draw(st.floats(0, WIDTH - 100)), draw(st.floats(0, HEIGHT - 20))
    found = []
    for text in draw(st.lists(words, min_size=1, max_size=6)):
        width = min(6.0 * len(text), WIDTH - x)
        found.append(RawWord(text, Box(x, y, x + width, min(y + style.size, HEIGHT))))
        x = min(x + width + 3, WIDTH)
    turn = draw(st.sampled_from([0, 0, 0, 0, 1, 2, 3]))
    box = Box(found[0].box.x0, y, found[-1].box.x1, found[0].box.y1)
    return RawLine(tuple(found), box, style, turn)


@st.composite
def papers(draw: DrawFn) -> RawPaper:
    bodies = draw(st.lists(st.lists(lines(), max_size=14), min_size=1, max_size=4))
    pages = [RawPage(n, WIDTH, HEIGHT, tuple(body), bool(body)) for n, body in enumerate(bodies, 1)]
    entries = draw(st.lists(st.builds(OutlineEntry, st.integers(1, 9), words, st.integers(1, 4)), max_size=3))
    return RawPaper(tuple(pages), tuple(entries))


def document(reading: Reading) -> Document:
    return Document(
        reading.text, "application/pdf", "0" * 64, reading.blocks, reading.pages, reading.words, reading.drops
    )


@settings(max_examples=150, deadline=None)
@given(papers())
def test_every_word_of_every_page_is_in_the_text_or_in_a_drop(paper: RawPaper) -> None:
    read = document(read_paper(paper))
    check_document(read)
    for page in paper.pages:
        expected = sorted(word.text for line in page.lines for word in line.words)
        cut = {drop.at: drop.text for drop in read.drops if drop.reason is DropReason.HYPHEN}
        kept = [
            word.span.of(read.text) + cut.get(word.span.end, "")
            for word in read.words
            if word.page == page.number
        ]
        dropped = [
            word
            for drop in read.drops
            if drop.page == page.number and drop.at is None
            for word in drop.text.split(" ")
        ]
        assert sorted(kept + dropped) == expected


@settings(max_examples=100, deadline=None)
@given(papers())
def test_pages_follow_each_other_and_words_keep_their_boxes(paper: RawPaper) -> None:
    read = document(read_paper(paper))
    spans = [page.span for page in read.pages]
    assert all(a.end <= b.start for a, b in pairwise(spans))
    given_boxes = {
        (page.number, word.text, tuple(array("f", word.box)))
        for page in paper.pages
        for line in page.lines
        for word in line.words
    }
    cut = {drop.at: drop.text for drop in read.drops if drop.reason is DropReason.HYPHEN}
    for word in read.words:
        text = word.span.of(read.text) + cut.get(word.span.end, "")
        assert (word.page, text, tuple(word.box)) in given_boxes


@settings(max_examples=60, deadline=None)
@given(papers())
def test_a_stored_document_comes_back_equal_and_can_be_rendered(paper: RawPaper) -> None:
    read = document(read_paper(paper))
    assert load(dump(read)) == read
    rendered = to_markdown(read)
    assert all(
        word.span.of(read.text) in rendered for word in read.words if word.span.of(read.text).isalnum()
    )
