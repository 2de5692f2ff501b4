"""What chunks say of themselves: context, headings, reasons, kinds, overlap."""

import itertools
from pathlib import Path

import pytest

from models.chunk import Chunk, sent_to_model
from models.document import Block, BlockKind, Document
from models.errors import CapTooSmall, InvalidOptions
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import STRATEGIES, describe, parse_options
from tests.support.strategies import tools_of

TOOLKIT = Toolkit(Path("no-models-here"))
PARTS = [
    ("title", 0, "Lease"),
    ("heading", 1, "Part II"),
    ("heading", 2, "7 Termination"),
    ("paragraph", 0, "The Tenant may end this lease. " * 6),
    ("paragraph", 0, "The Landlord may end it too. " * 6),
    ("heading", 2, "8 Notices"),
    ("paragraph", 0, "Notices are in writing. " * 3),
    ("table", 0, "a | b\n1 | 2\n3 | 4"),
]


def document(parts: list[tuple[str, int, str]], media_type: str = "text/plain") -> Document:
    text, blocks = "", []
    for kind, level, words in parts:
        words = words.strip()  # noqa: PLW2901 - the trailing blank of a repeated sentence
        blocks.append(Block(Span(len(text), len(text) + len(words)), BlockKind(kind), level))
        text += words + "\n\n"
    return Document(text, media_type, "0" * 64, tuple(blocks))


def chunks_of(source: Document, **options: object) -> list[Chunk]:
    parsed = parse_options({"strategy": "recursive", "tokenizer": "words", **options})
    return list(pipeline.chunk(source, parsed, tools_of(TOOLKIT, parsed)).chunks)


def test_the_context_is_the_heading_path_without_what_the_text_already_shows() -> None:
    lease = document(PARTS)
    found = chunks_of(lease, max_tokens=48)
    assert found[0].context == ""
    assert found[0].headings == ("Lease", "Part II", "7 Termination")
    inner = next(chunk for chunk in found if chunk.text(lease.text).startswith("The Landlord"))
    assert inner.context == "Lease › Part II › 7 Termination"
    assert inner.headings == ("Lease", "Part II", "7 Termination")


def test_tokens_count_context_and_text() -> None:
    lease = document(PARTS)
    for chunk in chunks_of(lease, max_tokens=48):
        assert chunk.tokens == len(sent_to_model(chunk.context, chunk.text(lease.text)).split())


def test_a_heading_stays_with_the_text_below_it() -> None:
    lease = document(PARTS)
    texts = [chunk.text(lease.text) for chunk in chunks_of(lease, max_tokens=48)]
    assert not any(text.endswith(("7 Termination", "8 Notices")) for text in texts)


def test_a_long_prefix_is_cut_never_the_body() -> None:
    long = document([("heading", 1, "word " * 300), ("paragraph", 0, "body " * 300)])
    for chunk in chunks_of(long, max_tokens=40):
        assert len(chunk.context.split()) <= 10


def test_the_prefix_can_be_switched_off() -> None:
    assert {chunk.context for chunk in chunks_of(document(PARTS), heading_context=False)} == {""}


def test_every_chunk_says_why_it_ends() -> None:
    prose = document([("paragraph", 0, "Each sentence has five words. " * 40)])
    reasons = [chunk.reason for chunk in chunks_of(prose, max_tokens=20, strategy="sentence")]
    assert reasons[-1] == "end of the document"
    assert set(reasons[:-1]) == {"sentence end; one more unit would make 25 tokens"}
    at_headings = {chunk.reason for chunk in chunks_of(document(PARTS), max_tokens=48)}
    assert "before a heading of level 2" in {reason.split(";")[0] for reason in at_headings}


def test_a_table_alone_is_a_table_and_is_cut_between_rows() -> None:
    rows = "\n".join(f"row {i} | value {i} | more words here" for i in range(40))
    table = document([("table", 0, rows)])
    found = chunks_of(table, max_tokens=50)
    assert {chunk.kind for chunk in found} == {"table"}
    assert all(chunk.text(table.text).startswith("row ") for chunk in found)


def test_code_keeps_its_indentation_and_knows_its_lines() -> None:
    source = "class A:\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n"
    first, second = (Block(Span(*span), BlockKind.CODE) for span in ((0, 43), (44, 77)))
    code = Document(source, "text/x-python", "0" * 64, (first, second))
    found = chunks_of(code, max_tokens=16, tokenizer="words", target_tokens=6)
    assert found[-1].text(code.text).startswith("    def g")
    assert found[0].metadata["lines"][0] == 1
    assert found[-1].metadata["lines"] == [5, 6]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_overlap_repeats_whole_sentences_of_the_chunk_before(strategy: str) -> None:
    prose = document([("paragraph", 0, " ".join(f"Sentence {i} is here now." for i in range(40)))])
    found = chunks_of(prose, strategy=strategy, max_tokens=40, overlap_tokens=12)
    for before, after in itertools.pairwise(found):
        shared = prose.text[after.spans[0].start : before.spans[0].end]
        assert 0 < len(shared.split()) <= 12
        assert shared.strip().startswith("Sentence")


def test_one_megabyte_without_a_blank_stays_under_the_cap() -> None:
    wall = document([("paragraph", 0, "字" * 350_000)])
    found = chunks_of(wall, tokenizer="characters", max_tokens=1000)
    assert 350 <= len(found) < 370
    assert max(chunk.tokens for chunk in found) <= 1000


def test_grapheme_clusters_are_not_cut_while_one_fits() -> None:
    family = "👩‍👩‍👧‍👦"
    flags = document([("paragraph", 0, family * 50)])
    for chunk in chunks_of(flags, tokenizer="characters", max_tokens=20):
        assert set(chunk.text(flags.text).replace(family, "")) == set()


def test_a_cap_below_the_special_tokens_is_a_typed_error() -> None:
    from dataclasses import replace

    options = parse_options({"tokenizer": "characters", "max_tokens": 16})
    tools = TOOLKIT.tools(options)
    greedy = replace(tools, tokenizer=replace(tools.tokenizer, specials=16))
    with pytest.raises(CapTooSmall):
        pipeline.chunk(document([("paragraph", 0, "text")]), options, greedy)


def test_a_document_without_text_has_no_chunks() -> None:
    assert chunks_of(Document(" \n ", "text/plain", "")) == []


def test_misspelt_options_are_refused_with_a_pointer() -> None:
    with pytest.raises(InvalidOptions) as wrong:
        parse_options({"strategy": "sentence", "max_token": 3})
    assert wrong.value.pointer == "/max_token"
    with pytest.raises(InvalidOptions):
        parse_options({"strategy": "nonsense"})
    with pytest.raises(InvalidOptions):
        parse_options({"tokenizer": "gpt-9"})


def test_every_strategy_is_described_with_its_options() -> None:
    described = {description.name: description for description in describe()}
    assert set(described) == set(STRATEGIES)
    for name, description in described.items():
        assert description.summary
        assert description.options_schema["properties"]["strategy"]["const"] == name
