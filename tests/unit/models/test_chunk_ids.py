"""Ids are hashes of what a chunk says, not of where it stands."""

from pathlib import Path

from models.chunk import chunk_id
from models.document import Block, BlockKind, Document
from models.options import VectorMode
from models.span import Span
from services import pipeline
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options

OPTIONS = parse_options({"tokenizer": "words", "max_tokens": 40, "target_tokens": 20})
TOOLS = Toolkit(Path("no-models-here")).tools(OPTIONS)


def ids(paragraphs: list[str]) -> dict[str, str]:
    """Chunk ids by text."""
    text, blocks = "", []
    for paragraph in paragraphs:
        kind = BlockKind.HEADING if paragraph.startswith("Section") else BlockKind.PARAGRAPH
        blocks.append(Block(Span(len(text), len(text) + len(paragraph)), kind, 1))
        text += paragraph + "\n\n"
    document = Document(text, "text/plain", "0" * 64, tuple(blocks))
    return {chunk.text(text): chunk.id for chunk in pipeline.chunk(document, OPTIONS, TOOLS).chunks}


def paragraph(topic: str) -> str:
    return " ".join(f"{topic}{i}" for i in range(20))


def test_an_unchanged_passage_keeps_its_id_when_another_one_changes() -> None:
    before = ids([paragraph(topic) for topic in "abcdef"])
    after = ids([paragraph(topic) for topic in "abXdef"])
    assert len(before) == 6
    assert sum(before[text] == after.get(text) for text in before) == 5


def test_vectors_change_no_id() -> None:
    assert OPTIONS.key() == OPTIONS.model_copy(update={"vectors": VectorMode.CHUNK}).key()


def test_equal_passages_of_one_document_are_told_apart() -> None:
    text = paragraph("a")
    document = Document(
        f"{text}\n\n{text}",
        "text/plain",
        "",
        (Block(Span(0, len(text))), Block(Span(len(text) + 2, 2 * len(text) + 2))),
    )
    chunks = pipeline.chunk(document, OPTIONS, TOOLS).chunks
    assert len({chunk.id for chunk in chunks}) == len(chunks) == 2


def test_white_space_and_composition_do_not_change_an_id() -> None:
    assert chunk_id("o", ("h",), "caf\u00e9  au\nlait", 0) == chunk_id("o", ("h",), "cafe\u0301 au lait", 0)


def test_whatever_matters_changes_the_id() -> None:
    base = chunk_id("o", ("h",), "text", 0)
    others = [
        chunk_id("p", ("h",), "text", 0),
        chunk_id("o", ("g",), "text", 0),
        chunk_id("o", ("h",), "texts", 0),
        chunk_id("o", ("h",), "text", 1),
        chunk_id("o", ("h", "text"), "", 0),
    ]
    assert base not in others
    assert len(set(others)) == len(others)


def test_ids_are_the_same_on_every_machine() -> None:
    """A golden value: if it changes, every customer's index changes; raise PROFILE and say so."""
    assert chunk_id("{}", ("Part II",), "The Tenant shall pay.", 0) == "chk_7046e8d5c6184dfa1fe15a974feb1f5c"
