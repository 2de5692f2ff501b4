"""Hypothesis strategies shared by the tests: documents with every kind of block, hostile text included."""

from hypothesis import strategies as st

from models.cells import NOTEBOOK, noted
from models.document import Block, BlockKind, Document, Page
from models.geometry import Box
from models.span import Span
from models.words import Word, pack_words

PIECES = st.one_of(
    st.sampled_from(
        [
            "The Tenant shall pay.",
            "See 28 U.S.C. § 1331; Smith v. Jones, 5 F.3d 1 (9th Cir. 1993).",
            "naïve",
            "👩‍👩‍👧‍👦🇩🇪",
            "第三条　甲方应当付款。",
            "(a)",
            "x" * 90,
            "e\u0301\u0301\u0301",
            "def f(x):\n    return x",
            "a,b;c:d",
            "\u200f\u202eעברית",
            "½ﬁ",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
)
BLANKS = st.sampled_from([" ", "  ", "\n", "\t", "\r\n", "\u00a0"])
KINDS = st.sampled_from(list(BlockKind))
LISTED = st.sampled_from(["", "python", "json", "mermaid"])


@st.composite
def block_texts(draw: st.DrawFn) -> str:
    """Text of one block, not blank, with odd white space inside."""
    parts = draw(st.lists(PIECES, min_size=1, max_size=12))
    text = parts[0]
    for part in parts[1:]:
        text += draw(BLANKS) + part
    return text if text.strip() else "x"


@st.composite
def documents(draw: st.DrawFn, *, paginated: bool | None = None) -> Document:
    """A document whose blocks cover its text; half of them have pages, words and boxes."""
    text, blocks = draw(st.sampled_from(["", "\n", "  \n"])), []
    for _ in range(draw(st.integers(0, 12))):
        piece = draw(block_texts())
        kind = draw(KINDS)
        level = draw(st.integers(1, 6)) if kind is BlockKind.HEADING else draw(st.integers(0, 3))
        language = draw(LISTED) if kind is BlockKind.CODE else ""
        blocks.append(Block(Span(len(text), len(text) + len(piece)), kind, level, language=language))
        text += piece + draw(st.sampled_from(["\n\n", "\n", "\n \n\n"]))
    draw_pages = draw(st.booleans()) if paginated is None else paginated
    if not draw_pages:
        return _without_pages(draw, text, blocks)
    return _with_words(Document(text, "application/pdf", "0" * 64, tuple(blocks)), draw(st.integers(1, 5)))


def _without_pages(draw: st.DrawFn, text: str, blocks: list[Block]) -> Document:
    """Plain, Markdown, or a notebook with a cell for each block."""
    media_type = draw(st.sampled_from(["text/plain", "text/markdown", NOTEBOOK]))
    cells = (
        noted(number, "code" if block.kind is BlockKind.CODE else "markdown", block.span.start)
        for number, block in enumerate(blocks, 1)
    )
    facts = {"cells": " ".join(cells)} if media_type == NOTEBOOK else {}
    return Document(text, media_type, "0" * 64, tuple(blocks), metadata=facts)


def _with_words(document: Document, blocks_per_page: int) -> Document:
    """Lay the blocks out: some to a page, one word after another."""
    words: list[Word] = []
    pages: list[Page] = []
    for first in range(0, len(document.blocks), blocks_per_page):
        shown = document.blocks[first : first + blocks_per_page]
        number = len(pages) + 1
        for row, block in enumerate(shown):
            words += [
                Word(span, number, Box(10.0 * column, 20.0 * row, 10.0 * column + 9.0, 20.0 * row + 12.0))
                for column, span in enumerate(word_spans(document.text, block.span))
            ]
        pages.append(Page(number, 600.0, 800.0, Span(shown[0].span.start, shown[-1].span.end)))
    return Document(
        document.text,
        document.media_type,
        document.sha256,
        document.blocks,
        tuple(pages),
        pack_words(words),
    )


def word_spans(text: str, within: Span) -> list[Span]:
    """The runs between white space."""
    spans, position = [], within.start
    for word in within.of(text).split():
        start = text.index(word, position)
        spans.append(Span(start, start + len(word)))
        position = start + len(word)
    return spans
