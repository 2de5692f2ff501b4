"""The laws of segmentation, executable. They run in the tests and before anything is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.chunk import Chunk, sent_to_model
from models.document import BlockKind, Document
from models.errors import LawViolation
from models.span import Span, gaps, is_blank, is_ordered

Count = Callable[[Sequence[str]], list[int]]
"""Tokens of each text, special tokens included."""

_WHITE = bytes(code for code in range(128) if chr(code).isspace())


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the canonical text the chunks hold, in code points that are not white space."""

    covered: int
    total: int

    @property
    def share(self) -> float:
        """1.0 when nothing is lost, and for a document without text."""
        return self.covered / self.total if self.total else 1.0


def check(document: Document, chunks: Sequence[Chunk], count: Count, max_tokens: int) -> Coverage:
    """Hold the chunks against every law; LawViolation at the first that is broken."""
    _provenance(document, chunks)
    _cap(document, chunks, count, max_tokens)
    _order(chunks)
    found = coverage(document.text, chunks)
    if found.covered < found.total:
        lost = next(g for g in _uncovered(document.text, chunks) if not is_blank(document.text, *g))
        raise LawViolation(f"nothing lost: {found.share:.4%} covered, first loss at {lost}")
    return found


def check_document(document: Document) -> None:
    """Blocks cover all that is not white space; words, pages and blocks lie where they say."""
    text = document.text
    for gap in gaps((block.span for block in document.blocks), len(text)):
        if not is_blank(text, *gap):
            raise LawViolation(f"no block covers {gap}")
    words = document.words
    if not words.is_ordered:
        raise LawViolation("words must be sorted and disjoint")
    pages = {page.number: page for page in document.pages}
    for number, run in words.runs(range(len(words))):
        span = Span(words.starts[run.start], words.ends[run.stop - 1])
        if number not in pages or not pages[number].span.contains(span):
            raise LawViolation(f"words at {span} are not on page {number}")
    _tables(document)
    if any(not 0 <= span.start <= span.end <= len(text) for span in document.apparatus.spans()):
        raise LawViolation("a link points outside the text")


def _tables(document: Document) -> None:
    """Tables stand in blocks of their kind, each in its own; between cells there are only marks."""
    blocks = {block.span for block in document.blocks if block.kind is BlockKind.TABLE}
    if not is_ordered([Span(table.spans[0].start, table.spans[-1].end) for table in document.tables]):
        raise LawViolation("tables must be sorted and stand apart")
    for table in document.tables:
        if not blocks.issuperset(table.spans):
            raise LawViolation(f"no table block, or one of another table, at one of {table.spans}")
        blocks.difference_update(table.spans)
        inside = sum(_alphanumeric(document.text, cell.span) for cell in table.cells)
        if inside < sum(_alphanumeric(document.text, span) for span in table.spans):
            raise LawViolation(f"the table at {table.spans[0]} has text outside its cells")


def _alphanumeric(text: str, span: Span) -> int:
    return sum(map(str.isalnum, span.of(text)))


def coverage(text: str, chunks: Sequence[Chunk]) -> Coverage:
    """Count what is covered; overlapping chunks count once."""
    lost = sum(_ink(text, gap) for gap in _uncovered(text, chunks))
    total = _ink(text, Span(0, len(text)))
    return Coverage(total - lost, total)


def _uncovered(text: str, chunks: Sequence[Chunk]) -> list[Span]:
    return list(gaps((span for chunk in chunks for span in chunk.spans), len(text)))


def _ink(text: str, span: Span) -> int:
    piece = span.of(text)
    if piece.isascii():
        return len(piece.encode().translate(None, _WHITE))
    return sum(map(len, piece.split()))


def _provenance(document: Document, chunks: Sequence[Chunk]) -> None:
    end = len(document.text)
    for chunk in chunks:
        spans = chunk.spans
        if not spans or not is_ordered(spans) or spans[0].start < 0 or spans[-1].end > end:
            raise LawViolation(f"provenance: chunk {chunk.index} has spans {spans}")
        if is_blank(chunk.text(document.text), 0, end):
            raise LawViolation(f"provenance: chunk {chunk.index} is blank")
        boxes = document.words.boxes(spans)
        if chunk.boxes != boxes or chunk.pages != tuple(dict.fromkeys(box.page for box in boxes)):
            raise LawViolation(f"provenance: chunk {chunk.index} has other pages or boxes than its words")


def _cap(document: Document, chunks: Sequence[Chunk], count: Count, max_tokens: int) -> None:
    texts = [sent_to_model(chunk.context, chunk.text(document.text)) for chunk in chunks]
    for chunk, tokens in zip(chunks, count(texts), strict=True):
        if tokens > max_tokens or tokens != chunk.tokens:
            raise LawViolation(
                f"hard cap: chunk {chunk.index} says {chunk.tokens} tokens, has {tokens} of {max_tokens}"
            )


def _order(chunks: Sequence[Chunk]) -> None:
    ids = [chunk.id for chunk in chunks]
    if len(set(ids)) != len(ids):
        raise LawViolation("order: two chunks have the same id")
    neighbours = zip([None, *ids[:-1]], [*ids[1:], None], strict=True) if ids else ()
    for index, (chunk, (previous, following)) in enumerate(zip(chunks, neighbours, strict=True)):
        if chunk.index != index or chunk.previous != previous or chunk.next != following:
            raise LawViolation(f"order: chunk {index} is out of its place")
    starts = [chunk.spans[0].start for chunk in chunks]
    if starts != sorted(starts):
        raise LawViolation("order: chunks do not follow the text")
