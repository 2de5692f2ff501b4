"""Parts of an outline by their numbers, nearest scope first."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from models.outline import Node, NodeKind, Outline
from models.span import Span
from services.outline.ordinals import WORDS, roman

_BODY = frozenset(
    {NodeKind.SECTION, NodeKind.CLAUSE, NodeKind.PARAGRAPH, NodeKind.ARTICLE, NodeKind.RULE, NodeKind.RECITAL}
)
_ITEMS = frozenset({NodeKind.ITEM, NodeKind.DEFINITION})
_BELOW = _BODY | _ITEMS
_ANNEXES = frozenset({NodeKind.SCHEDULE, NodeKind.ANNEX, NodeKind.APPENDIX, NodeKind.EXHIBIT})
_BODY_KINDS = frozenset(
    {"section", "clause", "paragraph", "article", "rule", "subsection", "item", "recital"}
)
_ANNEX_KINDS = frozenset({"schedule", "annex", "appendix", "exhibit"})
_TIERS, _TRIED = 3, 16
"""How well a kind may fit; of the parts in a scope with the same number, how many are compared."""


def canonical(label: str) -> str:
    """A number without the signs that are printed in several ways."""
    return label.strip().rstrip(".").replace("–", "-").replace("—", "-").replace("\u2011", "-")


class PartIndex:
    """Look-ups take O(depth · log parts)."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.starts = [node.span.start for node in outline.nodes]
        self._by_label: dict[str, list[int]] = {}
        self._below: dict[int | None, dict[str, int]] = {}
        self._annex: list[int | None] = []
        self._is_inner: list[bool] = []
        numbered: list[int | None] = []
        for i, node in enumerate(outline.nodes):
            in_annex = None if node.parent is None else self._annex[node.parent]
            self._annex.append(i if node.kind in _ANNEXES else in_annex)
            parent = None if node.parent is None else outline.nodes[node.parent]
            self._is_inner.append(bool(parent and parent.kind in _ITEMS and parent.number[:1].isdigit()))
            above = None if node.parent is None else numbered[node.parent]
            numbered.append(i if node.number else above)
            for label in _labels(node):
                self._by_label.setdefault(label, []).append(i)
            if node.number and node.kind in _BELOW:
                self._below.setdefault(above, {}).setdefault(canonical(node.number), i)

    def has(self, label: str) -> bool:
        """Whether any part has the number."""
        return canonical(label) in self._by_label

    def scopes(self, index: int | None) -> Iterator[int | None]:
        """The part itself, those around it from the innermost on, and at last the document (None)."""
        while index is not None:
            yield index
            index = self.outline.nodes[index].parent
        yield None

    def below(self, scope: int | None, labels: Sequence[str]) -> tuple[int | None, int]:
        """The part that the labels lead to from a scope, and how many of them were found."""
        found = scope
        for place, label in enumerate(labels):
            child = self._below.get(found, {}).get(canonical(label))
            if child is None:
                return found, place
            found = child
        return found, len(labels)

    def numbered(self, kind: str, label: str, at: int | None, *, strict: bool = False) -> int | None:
        """The part with that number that fits the kind best in the nearest scope.

        Not one of an annex that the place is not in; items and those only where nothing else is, and not if
        `strict`.
        """
        found = [self._nearest(kind, self._by_label.get(wanted, ()), at) for wanted in _readings(kind, label)]
        good = next((part for part, is_good in found if is_good), None)
        return (
            good
            if good is not None or strict
            else next((part for part, _ in found if part is not None), None)
        )

    def _nearest(self, kind: str, places: Sequence[int], at: int | None) -> tuple[int | None, bool]:
        """The best part, and whether it is more than a makeshift."""
        fallback = None
        scopes = list(self.scopes(at)) if places else []
        annexes = {self._annex[scope] for scope in scopes if scope is not None} | {None}
        for scope in scopes:
            span = None if scope is None else self.outline.nodes[scope].span
            inside = _inside(places, self.starts, span)
            ranked = [(tier, i) for i in inside if (tier := self._tier(kind, i)) < _TIERS]
            good = [
                (tier, -self._length(i), i)
                for tier, i in ranked
                if tier < _TIERS - 1 and (self._annex[i] in annexes or self._annex[i] == i)
            ]
            if good:
                return min(good)[2], True
            if fallback is None and ranked:
                fallback = min(ranked)[1]
        return fallback, False

    def _tier(self, kind: str, index: int) -> int:
        """0 where a part is called what the text calls it, 1 where it may be, 2 for items, 3 else."""
        node = self.outline.nodes[index]
        if node.kind.value == kind:
            return 0
        if kind in _BODY_KINDS:
            if node.kind is NodeKind.PARAGRAPH:
                return 2 if self._is_inner[index] else 1
            is_body = node.kind in _BODY or (node.kind is NodeKind.DEFINITION and node.number[:1].isdigit())
            return 1 if is_body else 2 if node.kind in _ITEMS else _TIERS
        if kind in _ANNEX_KINDS:
            return 1 if node.kind in _ANNEXES else _TIERS
        return _TIERS

    def _length(self, index: int) -> int:
        span = self.outline.nodes[index].span
        return span.end - span.start


def _inside(places: Sequence[int], starts: Sequence[int], span: Span | None) -> Sequence[int]:
    if span is None:
        return places[:_TRIED]
    first = bisect_left(places, span.start, key=lambda i: starts[i])
    after = bisect_left(places, span.end, first, key=lambda i: starts[i])
    return places[first : min(after, first + _TRIED)]


def _labels(node: Node) -> tuple[str, ...]:
    label = canonical(node.number)
    if not label:
        return ()
    value = _value(label) if node.kind not in _ITEMS else 0
    return tuple(dict.fromkeys((label, str(value) if value else label, label.removesuffix(".0"))))


def _value(label: str) -> int:
    """Of a Roman numeral or a number word; 0 for what is none."""
    return roman(label.lower()) or WORDS.get(label.lower(), 0)


def _readings(kind: str, label: str) -> tuple[str, ...]:
    """The number as it is written, and in figures where Roman ones may stand for them."""
    plain = canonical(label)
    value = _value(plain) if plain[:1].isupper() and kind not in ("item", "exhibit") else 0
    short = plain.removesuffix(".0")
    return tuple(dict.fromkeys((plain, *((str(value),) if value else ()), short)))
