"""What chunks of sections say of themselves: where they stand, how they are cited, what they belong to."""

from collections.abc import Sequence
from typing import Any

from models.document import Document
from models.legal import Entity
from models.outline import Outline, titled
from models.span import Span
from services.outline.citing import citation
from services.segmentation.section.contexts import SectionContexts
from services.segmentation.section.facts import ChunkAt, Facts
from services.segmentation.section.wording import wording


class SectionNotes:
    """Notes of one outline."""

    def __init__(
        self, document: Document, outline: Outline, contexts: SectionContexts, entities: Sequence[Entity] = ()
    ) -> None:
        self._text = document.text
        self._outline = outline
        self._contexts = contexts
        self._facts = Facts(document.text, outline, entities)
        self._abouts: dict[tuple[Span, ...], int | None] = {}

    def headings(self, spans: Sequence[Span]) -> tuple[str, ...]:
        """The titles of the section that the chunk is about and of those around it."""
        about = self._about(spans)
        if about is None:
            return ()
        nodes = (self._outline.nodes[i] for i in (*self._outline.ancestors(about), about))
        return tuple(titled(node, self._text) for node in nodes)

    def container(self, spans: Sequence[Span]) -> int | None:
        """Where the innermost section begins that the chunk goes on with, or is a part of."""
        begun = self._begun(spans[0].start)
        return None if begun is None else self._outline.nodes[begun].span.start

    def metadata(self, spans: Sequence[Span]) -> dict[str, Any]:
        """The section the chunk is about; `sections` are those that begin in it, but none inside another."""
        about = self._about(spans)
        begun = self._outermost(spans)
        context = self._contexts.context(spans[0].start)
        return {
            **(self._section(about) if about is not None else {}),
            "sections": [citation(self._outline, i) or self._title(i) for i in begun],
            "numbers": self._numbers([*begun, *([] if about is None else [about])]),
            "lead_ins": [list(span) for span in context.lead_ins],
            **({"table_header": [list(span) for span in context.header]} if context.header else {}),
            **self._facts.metadata(_whole(spans)),
        }

    def links(self, spans: Sequence[Span], chunk_at: ChunkAt) -> dict[str, Any]:
        """Ids of the chunks that go on with sections which begin here, and references both ways."""
        whole = _whole(spans)
        begun = self._outline.starting_in(whole)
        going_on = [i for i in begun if self._outline.nodes[i].span.end > whole.end]
        below = sorted(child for i in going_on for child in self._outline.children(i))
        ids = dict.fromkeys(chunk_at(self._outline.nodes[i].span.start) for i in below)
        ids.pop(chunk_at(whole.start), None)
        return {"children": list(ids), **self._facts.links(whole, begun, chunk_at)}

    def _section(self, index: int) -> dict[str, Any]:
        node = self._outline.nodes[index]
        return {
            "citation": citation(self._outline, index) or None,
            "number": node.number or None,
            "heading": node.heading or None,
            "section_kind": node.kind.value,
            "level": node.level,
        }

    def _numbers(self, indices: Sequence[int]) -> list[str]:
        """Of the sections and of those around them."""
        chains = ((*self._outline.ancestors(i), i) for i in indices)
        numbers = (self._outline.nodes[i].number for chain in chains for i in chain)
        return list(dict.fromkeys(filter(None, numbers)))

    def _title(self, index: int) -> str:
        return titled(self._outline.nodes[index], self._text)

    def _begun(self, offset: int) -> int | None:
        """The innermost section that has begun before the offset and goes on there."""
        index = self._outline.at(offset)
        while index is not None and self._outline.nodes[index].span.start >= offset:
            index = self._outline.nodes[index].parent
        return index

    def _outermost(self, spans: Sequence[Span]) -> list[int]:
        """The sections that begin in the chunk and in no other that does."""
        found: list[int] = []
        for index in self._outline.starting_in(_whole(spans)):
            if not found or self._outline.nodes[index].span.start >= self._outline.nodes[found[-1]].span.end:
                found.append(index)
        return found

    def _about(self, spans: Sequence[Span]) -> int | None:
        key = tuple(spans)
        if key not in self._abouts:
            self._abouts[key] = self._found(key)
        return self._abouts[key]

    def _found(self, spans: Sequence[Span]) -> int | None:
        """The only section that begins in the chunk; else the one around those.

        Of a section that goes on beyond the chunk and says nothing itself, the one below that begins here.
        """
        end = spans[-1].end
        found = self._outermost(spans)
        begun = self._begun(spans[0].start)
        while len(found) == 1:
            begun = found[0]
            if self._outline.nodes[begun].span.end <= end or self._says_something(begun):
                break
            found = [i for i in self._outline.children(begun) if self._outline.nodes[i].span.start < end]
        return begun

    def _says_something(self, index: int) -> bool:
        span = wording(self._text, self._outline, index)
        return span.start < span.end


def _whole(spans: Sequence[Span]) -> Span:
    return Span(spans[0].start, spans[-1].end)
