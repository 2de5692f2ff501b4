"""The laws are only worth something if the checker catches every planted fault."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models import laws
from models.chunk import Chunk
from models.document import Block, Document, Page
from models.errors import LawViolation
from models.geometry import Box
from models.span import Span
from models.words import PageBox, Word, pack_words
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

CAP = 24
OPTIONS = parse_options({"strategy": "sentence", "max_tokens": CAP, "tokenizer": "words"})
TOOLS = Toolkit(Path("no-models-here")).tools(OPTIONS)

Fault = Callable[[list[Chunk]], list[Chunk]]


def document() -> Document:
    text = " ".join(f"Sentence number {i} has seven words here." for i in range(30))
    starts = [0, *(i + 1 for i, c in enumerate(text) if c == " ")]
    spans = [Span(s, e - 1) for s, e in zip(starts, [*starts[1:], len(text) + 1], strict=True)]
    words = pack_words(Word(span, 1, Box(span.start, 0, span.end, 10)) for span in spans)
    page = Page(1, 2000, 100, Span(0, len(text)))
    return Document(text, "application/pdf", "0" * 64, (Block(Span(0, len(text))),), (page,), words)


def changed(place: int, /, **values: object) -> Fault:
    return lambda chunks: [*chunks[:place], replace(chunks[place], **values), *chunks[place + 1 :]]  # type: ignore[arg-type]


def swapped(chunks: list[Chunk]) -> list[Chunk]:
    return [chunks[1], chunks[0], *chunks[2:]]


def shifted(chunks: list[Chunk]) -> list[Chunk]:
    (start, end) = chunks[1].spans[0]
    return changed(1, spans=(Span(start + 1, end),))(chunks)


def longer(chunks: list[Chunk]) -> list[Chunk]:
    return changed(1, spans=(Span(chunks[0].spans[0].start, chunks[3].spans[0].end),))(chunks)


FAULTS: dict[str, Fault] = {
    "dropped chunk": lambda chunks: chunks[:-1],
    "dropped middle": lambda chunks: [*chunks[:2], *chunks[3:]],
    "start off by one": shifted,
    "duplicate": lambda chunks: [chunks[0], *chunks],
    "swap": swapped,
    "over the cap": longer,
    "wrong count": changed(1, tokens=1),
    "same id": lambda chunks: changed(1, id=chunks[0].id)(chunks),
    "wrong page": changed(1, pages=(2,)),
    "box of another place": changed(1, boxes=(PageBox(1, Box(0, 0, 1, 1)),)),
    "broken link": changed(1, next=None),
    "wrong index": changed(1, index=7),
    "outside the text": changed(1, spans=(Span(0, 10**6),)),
    "no spans": changed(1, spans=()),
    "overlapping spans": changed(1, spans=(Span(0, 10), Span(5, 12))),
}


def check(chunks: list[Chunk]) -> None:
    laws.check(document(), chunks, TOOLS.tokenizer.sent, CAP)


def test_what_the_pipeline_delivers_passes() -> None:
    chunks = list(pipeline.chunk(document(), OPTIONS, TOOLS).chunks)
    assert len(chunks) > 5
    check(chunks)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(name: str) -> None:
    chunks = list(pipeline.chunk(document(), OPTIONS, TOOLS).chunks)
    with pytest.raises(LawViolation):
        check(FAULTS[name](chunks))


@pytest.mark.parametrize(
    "broken",
    [
        Document("two words", "text/plain", "", (Block(Span(0, 3)),)),
        Document(
            "two words",
            "application/pdf",
            "",
            (Block(Span(0, 9)),),
            (),
            pack_words([Word(Span(0, 3), 1, Box(0, 0, 1, 1))]),
        ),
        Document(
            "two words",
            "application/pdf",
            "",
            (Block(Span(0, 9)),),
            (Page(1, 10, 10, Span(0, 9)),),
            pack_words([Word(Span(0, 5), 1, Box(0, 0, 1, 1)), Word(Span(4, 9), 1, Box(0, 0, 1, 1))]),
        ),
    ],
    ids=["uncovered text", "word on no page", "overlapping words"],
)
def test_a_broken_document_is_caught(broken: Document) -> None:
    with pytest.raises(LawViolation):
        laws.check_document(broken)
