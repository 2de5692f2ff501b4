"""The laws over documents with tables: cut between rows, the header in front of every later piece."""

import itertools
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.chunk import Chunk
from models.document import Document
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, parse_options
from services.segmentation.table_rows import header_above, header_rows, rows
from tests.support.strategies import tools_of
from tests.tables import tabled_documents

TOOLKIT = Toolkit(Path("no-models-here"))
SIZES = st.sampled_from([16, 24, 40, 64, 128, 512])
TOKENIZERS = st.sampled_from(["characters", "non_whitespace", "words", "bert"])


def cut(document: Document, **options: object) -> tuple[list[Chunk], list[int]]:
    """The chunks, lawful, and the tokens of each row of the tables as the tokenizer counts them."""
    parsed = parse_options(options)
    tools = tools_of(TOOLKIT, parsed)
    found = pipeline.chunk(document, parsed, tools)
    assert found.coverage.covered == found.coverage.total
    return list(found.chunks), tools.tokenizer.sent([span.of(document.text) for span in row_spans(document)])


def row_spans(document: Document) -> list[Span]:
    return [row.span for table in document.tables for row in rows(document.text, table)]


@settings(deadline=None)
@given(document=tabled_documents())
def test_rows_hold_all_the_text_of_their_table(document: Document) -> None:
    for table in document.tables:
        spans = [row.span for row in rows(document.text, table)]
        assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
        held = "".join("".join(span.of(document.text).split()) for span in spans)
        assert held == "".join("".join(part.of(document.text).split()) for part in table.spans)


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(document=tabled_documents(), size=SIZES, tokenizer=TOKENIZERS)
def test_a_row_is_cut_only_where_it_does_not_fit(
    strategy: str, document: Document, size: int, tokenizer: str
) -> None:
    chunks, sizes = cut(document, strategy=strategy, max_tokens=size, tokenizer=tokenizer)
    starts = {chunk.spans[0].start for chunk in chunks}
    for row, tokens in zip(row_spans(document), sizes, strict=True):
        if any(row.start < start < row.end for start in starts):
            assert tokens > size - size // 4


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(document=tabled_documents(), size=SIZES, tokenizer=TOKENIZERS, overlap=st.sampled_from([0, 6]))
def test_every_later_chunk_of_a_table_begins_with_its_header(
    strategy: str, document: Document, size: int, tokenizer: str, overlap: int
) -> None:
    chunks, _ = cut(document, strategy=strategy, max_tokens=size, tokenizer=tokenizer, overlap_tokens=overlap)
    for chunk in chunks:
        start = chunk.spans[0].start
        table = document.table_at(start)
        if table is None or start == table.spans[0].start or not header_rows(table):
            assert "table_header" not in chunk.metadata
            continue
        above = [cell for cell in table.cells if cell.row < header_rows(table) and cell.span.end <= start]
        header = "\n".join(Span(*span).of(document.text) for span in chunk.metadata.get("table_header", ()))
        shown = chunk.context.rsplit("\n\n", 1)[-1]
        if shown.endswith(" …") and shown != header:
            assert " ".join(header.split()).startswith(shown.removesuffix(" …")) or not header
        elif header:
            assert shown == header
            assert all(cell.span.of(document.text) in header for cell in above)
        else:
            assert size // 4 < _tokens(tokenizer, document, start)


def _tokens(tokenizer: str, document: Document, start: int) -> float:
    """Of the first words of the header with a letter or digit, and of the joint; without any endless."""
    options = parse_options({"tokenizer": tokenizer})
    words = " ".join(span.of(document.text) for span in header_above(document, start)).split()
    readable = next((i for i, word in enumerate(words) if any(map(str.isalnum, word))), None)
    if readable is None:
        return math.inf
    return TOOLKIT.tools(options).tokenizer.count([" ".join(words[: readable + 1]) + " …\n\n"])[0]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=tabled_documents(), size=SIZES)
def test_without_context_no_header_is_repeated(document: Document, size: int) -> None:
    chunks, _ = cut(document, strategy="recursive", max_tokens=size, tokenizer="words", heading_context=False)
    assert all(not chunk.context and "table_header" not in chunk.metadata for chunk in chunks)
