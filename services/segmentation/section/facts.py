"""What a legal text says in a chunk: terms, parties, dates, law, amounts, citations and cross-references."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from models.legal import Entity, Reference
from models.legal_forms import (
    amount_form,
    citation_form,
    date_form,
    entity_form,
    law_form,
    party_form,
    term_form,
)
from models.outline import Outline
from models.span import Span
from services.legal.metadata import legal_metadata
from services.legal.references import references
from services.outline.citing import citation

MOST_SHOWN = 100
"""Of the references to one chunk so many are listed, the first ones."""

ChunkAt = Callable[[int], str]


class _Spanned(Protocol):
    @property
    def span(self) -> Span: ...


T = TypeVar("T", bound=_Spanned)


class _Sorted(Generic[T]):
    """Values by where they begin."""

    def __init__(self, values: Sequence[T]) -> None:
        self._values = sorted(values, key=lambda value: value.span.start)
        self._starts = [value.span.start for value in self._values]

    def within(self, span: Span) -> list[T]:
        """Those that begin in the span."""
        return self._values[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]


class Facts:
    """Facts of one document, found once."""

    def __init__(self, text: str, outline: Outline, entities: Sequence[Entity] = ()) -> None:
        self._text = text
        self._outline = outline
        found = legal_metadata(text)
        self._terms = found.terms
        self._defined, self._uses = _Sorted(found.terms), _Sorted(found.uses)
        self._parties, self._dates = _Sorted(found.parties), _Sorted(found.dates)
        self._laws, self._amounts = _Sorted(found.governing_laws), _Sorted(found.amounts)
        self._citations, self._entities = _Sorted(found.citations), _Sorted(entities)
        made = references(text, outline)
        self._references = _Sorted(made)
        self._pointing: dict[int, list[Reference]] = {}
        for reference in made:
            for target in reference.targets:
                self._pointing.setdefault(target, []).append(reference)

    def metadata(self, within: Span) -> dict[str, Any]:
        """What begins in the span; lists that would be empty are left out."""
        used = {self._terms[use.term].name: self._terms[use.term] for use in self._uses.within(within)}
        text = self._text
        found: dict[str, list[Any]] = {
            "terms_defined": [term_form(term) for term in self._defined.within(within)],
            "terms_used": [{"term": name, "defined_at": list(used[name].span)} for name in sorted(used)],
            "parties": [party_form(party, text) for party in self._parties.within(within)],
            "dates": [date_form(date) for date in self._dates.within(within)],
            "governing_law": [law_form(law, text) for law in self._laws.within(within)],
            "amounts": [amount_form(amount) for amount in self._amounts.within(within)],
            "citations": [citation_form(cited, text) for cited in self._citations.within(within)],
            "entities": [entity_form(entity, text) for entity in self._entities.within(within)],
        }
        return {name: values for name, values in found.items() if values}

    def links(self, within: Span, nodes: Sequence[int], chunk_at: ChunkAt) -> dict[str, Any]:
        """References out of the span, and into the parts that begin there."""
        pointing = [reference for node in nodes for reference in self._pointing.get(node, ())]
        found = {
            "references": [self._form(reference, chunk_at) for reference in self._references.within(within)],
            "referenced_by": [
                {"text": reference.span.of(self._text), "chunk": chunk_at(reference.span.start)}
                for reference in pointing[:MOST_SHOWN]
            ],
        }
        return {name: values for name, values in found.items() if values}

    def _form(self, reference: Reference, chunk_at: ChunkAt) -> dict[str, Any]:
        return {
            "text": reference.span.of(self._text),
            "span": list(reference.span),
            "kind": reference.kind,
            "status": reference.status.value,
            "reason": reference.reason,
            "missing": list(reference.missing),
            "targets": [
                {
                    "citation": citation(self._outline, target),
                    "span": list(self._outline.nodes[target].span),
                    "chunk": chunk_at(self._outline.nodes[target].span.start),
                }
                for target in reference.targets
            ],
        }
