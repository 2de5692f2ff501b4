"""Cuts become chunks: ids, headings, kind, pages, boxes and neighbours."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from models.chunk import Chunk, ChunkKind, chunk_id, joined
from models.document import Block, BlockKind, Document
from models.span import Span
from services.segmentation.blocks import HEADINGS
from services.segmentation.contexts import Context, Contexts
from services.segmentation.cutting import Cut

KINDS = {
    BlockKind.TABLE: ChunkKind.TABLE,
    BlockKind.CODE: ChunkKind.CODE,
    BlockKind.LIST_ITEM: ChunkKind.LIST,
}


def described(document: Document, cuts: Sequence[Cut]) -> list[Chunk]:
    """Chunks in the order of the cuts, each with its stable id and its neighbours' ids."""
    headings = [_headings(document, cut) for cut in cuts]
    above = [cut.part.contexts.context(cut.spans[0].start) for cut in cuts]
    paths = [(*path, *_header(document, context)) for path, context in zip(headings, above, strict=True)]
    ids = _ids(document, cuts, paths)
    kinds = {KINDS.get(block.kind, ChunkKind.TEXT) for block in document.blocks}
    only = kinds.pop() if len(kinds) == 1 else None
    starts = [cut.spans[0].start for cut in cuts]
    chunks = []
    for index, cut in enumerate(cuts):
        boxes = document.words.boxes(cut.spans)
        chunk = Chunk(
            id=ids[index],
            index=index,
            spans=cut.spans,
            tokens=cut.tokens,
            strategy=cut.part.options.name,
            reason=cut.reason,
            kind=only or _kind(document, cut.spans),
            headings=headings[index],
            context=above[index].text,
            pages=tuple(dict.fromkeys(box.page for box in boxes)),
            boxes=boxes,
            previous=ids[index - 1] if index else None,
            parent=_parent(starts, cut, index, ids),
            next=ids[index + 1] if index + 1 < len(ids) else None,
            metadata=_metadata(document, cut, above[index]),
        )
        chunks.append(chunk)
    return chunks


def _headings(document: Document, cut: Cut) -> tuple[str, ...]:
    if cut.part.notes:
        return cut.part.notes.headings(cut.spans)
    return headings_of(document, cut.spans, cut.part.contexts)


def _parent(starts: Sequence[int], cut: Cut, index: int, ids: Sequence[str]) -> str | None:
    """The chunk where what this one is a part of begins."""
    start = cut.part.notes.container(cut.spans) if cut.part.notes else None
    if start is None:
        return None
    holder = bisect_right(starts, start) - 1
    return ids[holder] if holder not in {-1, index} else None


def _header(document: Document, context: Context) -> list[str]:
    """The rows of a table's header that the context was made of."""
    return [span.of(document.text) for span in context.header]


def _ids(document: Document, cuts: Sequence[Cut], paths: Sequence[tuple[str, ...]]) -> list[str]:
    """Stable ids; equal passages under equal headings are told apart by their occurrence number.

    Whoever chose a strategy, its chunks have the ids that its own options give.
    """
    keys, seen, ids = dict[int, str](), Counter[str](), []
    for cut, path in zip(cuts, paths, strict=True):
        part, text = cut.part, joined(document.text, cut.spans)
        key = keys.get(id(part)) or keys.setdefault(id(part), part.options.key())
        first = chunk_id(key, path, text, 0)
        ids.append(chunk_id(key, path, text, seen[first]) if seen[first] else first)
        seen[first] += 1
    return ids


def _blocks(document: Document, spans: Sequence[Span]) -> Iterator[Block]:
    """The blocks that share a code point with the spans."""
    for span in spans:
        index = max(document.block_at(span.start), 0)
        while index < len(document.blocks) and document.blocks[index].span.start < span.end:
            if document.blocks[index].span.overlaps(span):
                yield document.blocks[index]
            index += 1


def headings_of(document: Document, spans: Sequence[Span], contexts: Contexts) -> tuple[str, ...]:
    """The path above the first body text of the chunk; of its last heading when it has no body."""
    place = spans[0].start
    for block in _blocks(document, spans):
        place = block.span.start
        if block.kind not in HEADINGS:
            break
    return tuple(heading.title for heading in contexts.path(place))


def _kind(document: Document, spans: Sequence[Span]) -> ChunkKind:
    kinds = {KINDS.get(block.kind, ChunkKind.TEXT) for block in _blocks(document, spans)}
    return kinds.pop() if len(kinds) == 1 else ChunkKind.TEXT


def _metadata(document: Document, cut: Cut, context: Context) -> dict[str, Any]:
    """What the strategy notes, and why it was chosen."""
    part = cut.part
    found = part.notes.metadata(cut.spans) if part.notes else _plain_metadata(document, cut.spans, context)
    return {"chosen": part.because, **found} if part.because else found


def _plain_metadata(document: Document, spans: Sequence[Span], context: Context) -> dict[str, Any]:
    """Source code says its lines, from 1, both ends included; the rest of a table where its header stands."""
    found: dict[str, Any] = {}
    if context.header:
        found["table_header"] = [list(span) for span in context.header]
    if document.media_type.startswith("text/x-"):
        first = document.text.count("\n", 0, spans[0].start) + 1
        found["lines"] = [first, first + document.text.count("\n", spans[0].start, spans[-1].end)]
    return found
