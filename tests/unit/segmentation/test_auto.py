"""What `auto` chooses for which parts, and that its chunks are those of the strategies it chose."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from models.chunk import Chunk
from models.document import Block, Document, Page
from models.geometry import Box
from models.limits import DEFAULT_LIMITS
from models.span import Span, is_blank
from services import pipeline
from services.extraction.values import ignore
from services.inference.toolkit import Toolkit
from services.outline.outline import outline_of
from services.segmentation.choosing.region import Region
from services.segmentation.choosing.regions import CHOSEN, regions_of
from services.segmentation.registry import STRATEGIES, narrowed, parse_options
from tests.generators import documents
from tests.support.strategies import tools_of

TOOLKIT = Toolkit(Path("no-models-here"))
SPEAKERS = ("Ms. Hale", "MR. ODUYA", "Dr Lind (Chair)")

SENTENCES = "The river was low that summer. Boats lay on the mud and nobody painted them. " * 90
PARAGRAPHS = "\n\n".join([SENTENCES[:400]] * 12)
ACT = "\n".join(
    f"{i}. Duties of keeper {i}. The keeper shall note the level each morning." for i in range(1, 90)
)
MEETING = "\n".join(
    f"{SPEAKERS[i % 3]}: I would say that number {i} is what we should look at first." for i in range(90)
)
STATEMENTS = "\n".join(f"The pump number {i} was moved to the northern yard in spring." for i in range(120))
PYTHON = (
    "\n\n".join(f'def level_{i}(a):\n    """Say it."""\n    return a * {i} + 1' for i in range(90)) + "\n"
)
HEADED = "\n\n".join(f"## Yard {i}\n\n{SENTENCES[:500]}" for i in range(9))
PARTS = [
    (PYTHON, "a.py", "cast"),
    (f"# A\n\n```python\n{PYTHON}```\n\nThat was all.", "a.md", "cast"),
    (ACT, "a.txt", "section"),
    (HEADED, "a.md", "section"),
    (MEETING, "a.txt", "topic"),
    (STATEMENTS, "a.txt", "topic"),
    (PARAGRAPHS, "a.txt", "recursive"),
    (SENTENCES, "a.txt", "sentence"),
    ("Short.", "a.txt", "sentence"),
]


def read(text: str, name: str = "a.txt") -> Document:
    return pipeline.parse(text.encode(), name, DEFAULT_LIMITS, ignore)


def regions(document: Document) -> list[Region]:
    return regions_of(document, lambda: outline_of(document))


def chosen(document: Document) -> list[str]:
    return [region.choice.strategy for region in regions(document)]


def chunks_of(document: Document, **options: object) -> tuple[Chunk, ...]:
    parsed = parse_options({"max_tokens": 64, "tokenizer": "words", **options})
    return pipeline.chunk(document, parsed, tools_of(TOOLKIT, parsed)).chunks


@pytest.mark.parametrize(("text", "name", "strategy"), PARTS)
def test_every_kind_of_text_gets_its_strategy(text: str, name: str, strategy: str) -> None:
    assert chosen(read(text, name)) == [strategy]


@pytest.mark.parametrize(("text", "name", "strategy"), PARTS)
def test_chunks_are_those_of_the_strategy_that_was_chosen(text: str, name: str, strategy: str) -> None:
    document = read(text, name)
    (region,) = regions(document)
    options = parse_options({"strategy": "auto", "max_tokens": 64, "tokenizer": "words"})
    own = narrowed(options, strategy, region.choice.share)
    expected = pipeline.chunk(document, own, tools_of(TOOLKIT, own)).chunks
    found = chunks_of(document, strategy="auto")
    assert [chunk.id for chunk in found] == [chunk.id for chunk in expected]
    assert {chunk.strategy for chunk in found} == {strategy}
    assert {chunk.metadata["chosen"] for chunk in found} == {region.choice.because}


def test_it_is_what_nobody_has_to_ask_for() -> None:
    assert parse_options({}).name == "auto"


def placed(rows: list[tuple[float, float]]) -> Document:
    """Paragraphs of one page; each begins at a left edge and a top edge, 200 points wide and 90 high."""
    text = "\n\n".join([SENTENCES[:500]] * len(rows))
    spans = [Span(at * 502, at * 502 + 500) for at in range(len(rows))]
    blocks = tuple(
        Block(span.trimmed(text), page=1, box=Box(x, y, x + 200, y + 90))
        for span, (x, y) in zip(spans, rows, strict=True)
    )
    return Document(text, "application/pdf", "0" * 64, blocks, (Page(1, 600, 800, Span(0, len(text))),))


def test_columns_ask_for_layout_and_one_column_does_not() -> None:
    assert chosen(placed([(50, 100), (50, 200), (300, 100), (300, 200)])) == ["s2"]
    assert chosen(placed([(50, 100), (50, 200), (50, 300), (50, 400)])) == ["recursive"]


def test_parts_of_one_document_get_a_strategy_each() -> None:
    document = read(
        f"{SENTENCES[:700]}\n\n{ACT}\n\n# Minutes\n\n{MEETING}\n\n```python\n{PYTHON}```\n", "a.md"
    )
    found = regions(document)
    assert [region.choice.strategy for region in found] == ["sentence", "section", "topic", "cast"]
    assert found[2].span.of(document.text).lstrip().startswith("# Minutes")
    chunks = chunks_of(document, strategy="auto")
    for region in found:
        own = [chunk for chunk in chunks if region.span.contains(chunk.spans[0])]
        assert {chunk.strategy for chunk in own} == {region.choice.strategy}
        assert all(region.span.contains(span) for chunk in own for span in chunk.spans)
    assert all("Minutes" in chunk.headings for chunk in chunks if chunk.strategy == "topic")
    defined = [name for chunk in chunks for name in chunk.metadata.get("defines", ())]
    assert defined == [f"level_{i}" for i in range(90)]


def test_labels_that_come_once_are_no_speakers() -> None:
    fields = "\n".join(f"Field{i}: what the field number {i} of the form is meant to hold" for i in range(90))
    assert "topic" not in chosen(read(f"{SENTENCES}\n\n{fields}"))


def test_a_target_that_is_given_holds_for_transcripts_too() -> None:
    options = parse_options({"strategy": "auto", "max_tokens": 100})
    assert narrowed(options, "topic", 0.4).target == 40
    assert narrowed(options.model_copy(update={"target_tokens": 70}), "topic", 0.4).target == 70
    assert narrowed(options.model_copy(update={"min_tokens": 60}), "topic", 0.4).target == 60


def test_listings_of_a_document_stand_where_the_file_has_them() -> None:
    text = f"Größe.\n\n{ACT}\n\n{MEETING.replace('I would', 'Ich wünschte')}\n\n```python\n{PYTHON}```\n"
    data = text.encode()
    listed = [chunk for chunk in chunks_of(read(text, "a.md"), strategy="auto") if chunk.strategy == "cast"]
    assert listed
    for chunk in listed:
        start, end = chunk.metadata["bytes"]
        assert data[start:end].decode().strip() == chunk.text(text).strip()


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents())
def test_regions_tile_any_document(document: Document) -> None:
    found = regions(document)
    edges = [0, *(region.span.end for region in found)]
    assert [region.span.start for region in found] == edges[:-1]
    assert edges[-1] == len(document.text) or is_blank(document.text, edges[-1], len(document.text))
    assert {region.choice.strategy for region in found} <= set(CHOSEN) <= set(STRATEGIES)


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=12)
@given(document=documents())
def test_laws_hold_where_regions_alternate(document: Document) -> None:
    """Generated documents are too short for parts: they stand among some that are long enough."""
    at = 0
    text, blocks = "", list[Block]()
    code = read(f"```python\n{PYTHON}```", "a.md")
    for part in (read(MEETING), document, read(ACT), document, code, read(SENTENCES), document):
        at = len(text)
        text += f"{part.text}\n\n"
        blocks += [replace(block, span=block.span.shift(at)) for block in part.blocks]
    mixed = Document(text, "text/plain", "0" * 64, tuple(blocks))
    chunks = chunks_of(mixed, strategy="auto", overlap_tokens=4)
    assert len({chunk.strategy for chunk in chunks}) > 1
