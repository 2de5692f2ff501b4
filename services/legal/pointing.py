"""From a mention to the parts that it points at."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from models.outline import NodeKind
from models.span import Span
from services.legal.labels import Number, shape
from services.legal.mentions import Mention, Relation
from services.legal.others import Passages
from services.legal.part_index import PartIndex, canonical
from services.outline.ordinals import roman

_SECTIONS = frozenset({NodeKind.SECTION, NodeKind.ARTICLE, NodeKind.RULE})
_ITEMS = frozenset({NodeKind.ITEM, NodeKind.DEFINITION})
_SHAPES = {
    "subsection": ("small", False), "paragraph": ("figure", False), "subparagraph": ("capital", False),
    "clause": ("small", True), "subclause": ("capital", True),
}  # fmt: skip
"""How the levels of a statute of the United States are labelled, and whether in Roman numerals."""

_DECIMAL = re.compile(r"\d{1,3}(?:\.\d{1,3})*")
_DECIMAL_KINDS = frozenset({"section", "subsection", "paragraph", "clause", "article"})
_INLINE = "within the sentences of the part"
_INLINE_REACH, _INLINE_SCOPES, _INLINE_TRIES = 3_000, 3, 8
"""Code points around a mention where its label may stand; parts and places that are tried."""

_HYPHENED = re.compile(r"(\d[\d.]*)-(\d[\d.]*)")
_MOST = 1_000
"""Parts that one range stands for."""

Found = tuple[tuple[int, ...], tuple[str, ...], str]
"""Targets, the labels that no part has, and how it went."""


class Pointer:
    """Looks parts up for mentions that stand in some part."""

    def __init__(self, index: PartIndex, text: str, mentioned: Passages) -> None:
        self._index = index
        self._text = text
        self._mentioned = mentioned
        self._nodes = index.outline.nodes

    def targets(self, mention: Mention, at: int | None, scopes: Sequence[int] | None) -> Found:
        """What a mention in the part `at` points at; within the scopes alone, if there are any."""
        if mention.relation is not Relation.NUMBERED:
            return self._relative(mention, at)
        found: list[int] = []
        missing: list[str] = []
        reason = ""
        for number in self._spelled(mention):
            one, lacks, how = self._number(mention, number, at, scopes)
            if one is None:
                missing.append(_printed(number, mention))
                continue
            if lacks:
                missing.append(_printed(number, mention))
            reason = reason or how
            found.extend(self._range(found[-1], one) if number.is_end and found else (one,))
        if not found:
            return (), tuple(missing), "no part has this number"
        return tuple(dict.fromkeys(found)), tuple(missing), reason

    def _spelled(self, mention: Mention) -> Iterator[Number]:
        """The numbers; `5-7` is a range where no part has that number."""
        for number in mention.numbers:
            ends = _HYPHENED.fullmatch(canonical(number.path[0])) if mention.has_base else None
            if (
                ends
                and len(number.path) == 1
                and not self._index.has(number.path[0])
                and self._index.has(ends[1])
            ):
                yield Number((ends[1],))
                yield Number((ends[2],), is_end=True)
            else:
                yield number

    def _number(
        self, mention: Mention, number: Number, at: int | None, scopes: Sequence[int] | None
    ) -> tuple[int | None, bool, str]:
        """The part, whether labels at its end are not in it, and how it was found."""
        if scopes is not None:
            tried = [self._index.below(scope, number.path) for scope in scopes]
            part, depth = max(tried, key=lambda pair: pair[1])
            if not depth and mention.has_base:
                part, depth = self._within(mention, number, scopes)
            if depth:
                return part, depth < len(number.path), "within the part named after it"
            return scopes[0], True, "the part that should hold it"
        if mention.has_base:
            return self._based(mention, number, at)
        return self._bracketed(mention, number, at)

    def _within(self, mention: Mention, number: Number, scopes: Sequence[int]) -> tuple[int | None, int]:
        base = self._index.numbered(mention.kind, number.path[0], scopes[0])
        if base is None or not any(
            self._nodes[scope].span.contains(self._nodes[base].span) for scope in scopes
        ):
            return None, 0
        part, depth = self._index.below(base, number.path[1:])
        return part, depth + 1

    def _based(self, mention: Mention, number: Number, at: int | None) -> tuple[int | None, bool, str]:
        first, *rest = number.path
        base = self._index.numbered(mention.kind, first, at, strict=True)
        if base is None:
            around = self._around_missing(mention, canonical(first), at)
            base = self._index.numbered(mention.kind, first, at) if around[0] is None else None
            if base is None:
                return around
        part, depth = self._index.below(base, rest)
        return part, depth < len(rest), "by its number"

    def _around_missing(self, mention: Mention, label: str, at: int | None) -> tuple[int | None, bool, str]:
        """`4` where the outline has no `4.2`, and `4.1` where it has no `4`."""
        if mention.kind not in _DECIMAL_KINDS or not _DECIMAL.fullmatch(label):
            return None, False, ""
        around = (i for i in self._index.scopes(at) if i is not None)
        own = next((i for i in around if self._nodes[i].number.startswith(f"{label}.")), None)
        if own is not None:
            return own, True, "the part of it that this is in"
        outer, _, inner = label.rpartition(".")
        if not outer:
            return self._index.numbered(mention.kind, f"{label}.1", at, strict=True), True, "its first part"
        parent = self._index.numbered("article" if outer.isdigit() else mention.kind, outer, at, strict=True)
        if parent is None or any(
            self._nodes[i].kind in _ITEMS for i in self._index.outline.ancestors(parent)
        ):
            return None, False, ""
        part, depth = self._index.below(parent, (inner,))
        return part, not depth, "by its number" if depth else "the part that should hold it"

    def _bracketed(self, mention: Mention, number: Number, at: int | None) -> tuple[int | None, bool, str]:
        """The nearest part around the mention that has the first label directly below it."""
        label = f"({number.path[0]})"
        for place, scope in enumerate(self._index.scopes(at)):
            if place == 1 and at is not None and self._enumerates(at, label, mention.span, after=False):
                return at, True, _INLINE
            if mention.kind == "subsection" and scope is not None and not self._holds_subsections(scope):
                continue
            part, depth = self._index.below(scope, number.path)
            if depth:
                return part, depth < len(number.path), "in the nearest part that has it"
        if mention.kind in _DECIMAL_KINDS and number.path[0].isdigit():
            return self._based(mention, number, at)
        around = [i for i in self._index.scopes(at) if i is not None][:_INLINE_SCOPES]
        found = next((i for i in around if self._enumerates(i, label, mention.span, after=True)), None)
        return found, True, _INLINE

    def _enumerates(self, part: int, label: str, own: Span, *, after: bool) -> bool:
        """Whether the sentences of a part number something with the label, near the mention."""
        node = self._nodes[part]
        span = Span(node.label.end if node.label else node.span.start, node.span.end)
        place = own.start
        for _ in range(_INLINE_TRIES):
            place = self._text.rfind(label, max(span.start, own.start - _INLINE_REACH), place)
            if place < 0:
                break
            if not self._mentioned.hold(place):
                return True
        place = self._text.find(label, own.end, min(span.end, own.end + _INLINE_REACH)) if after else -1
        return place >= 0 and not self._mentioned.hold(place)

    def _holds_subsections(self, scope: int) -> bool:
        """Whether a part is a section, or nothing around it is one."""
        if self._nodes[scope].kind in _SECTIONS:
            return True
        return not any(self._nodes[i].kind in _SECTIONS for i in self._index.outline.ancestors(scope))

    def _range(self, first: int, last: int) -> Iterator[int]:
        """All siblings from the one to the other, the first left out."""
        parent = self._nodes[first].parent
        if self._nodes[last].parent != parent or last <= first:
            yield last
            return
        siblings = self._index.outline.children(parent)
        begin = bisect_right(siblings, first)
        yield from siblings[begin : min(bisect_right(siblings, last), begin + _MOST)]

    def _relative(self, mention: Mention, at: int | None) -> Found:
        around = self._around(mention.kind, at)
        if around is None:
            return (), (), f"not in a {mention.kind}"
        if mention.relation is Relation.THIS:
            return (around,), (), "the part that it is in"
        siblings = self._index.outline.children(self._nodes[around].parent)
        place = bisect_left(siblings, around) + (1 if mention.relation is Relation.AFTER else -1)
        if not 0 <= place < len(siblings):
            return (), (), "no part stands there"
        return (siblings[place],), (), "beside the part that it is in"

    def _around(self, kind: str, at: int | None) -> int | None:
        """The innermost part around a place that may be called so."""
        parts = [i for i in self._index.scopes(at) if i is not None and self._nodes[i].number]
        named = next((i for i in parts if self._nodes[i].kind.value == kind), None)
        if kind in _SHAPES:
            shaped = self._shaped(parts, kind)
            items = [i for i in parts if self._nodes[i].kind not in _SECTIONS]
            return shaped if shaped is not None else named if named is not None else next(iter(items), None)
        if named is not None or kind not in ("section", "article"):
            return named
        bodies = [
            i for i in parts if self._nodes[i].kind in (NodeKind.PARAGRAPH, NodeKind.CLAUSE, *_SECTIONS)
        ]
        return next(iter(bodies if kind == "section" else bodies[::-1]), None)

    def _shaped(self, parts: Sequence[int], kind: str) -> int | None:
        """The part whose label looks like that level: below a section the outermost, but for Roman ones."""
        found = [i for i in parts if self._has_shape(i, kind)]
        in_section = any(self._nodes[i].kind in _SECTIONS for i in parts)
        outermost = in_section and not _SHAPES[kind][1]
        return found[-1 if outermost else 0] if found else None

    def _has_shape(self, index: int, kind: str) -> bool:
        label = canonical(self._nodes[index].number)
        wanted, is_roman = _SHAPES[kind]
        return (
            shape(label) == wanted
            and self._nodes[index].kind in _ITEMS
            and (not is_roman or roman(label.lower()) > 0)
        )


def _printed(number: Number, mention: Mention) -> str:
    first, *rest = number.path
    return (first if mention.has_base else f"({first})") + "".join(f"({label})" for label in rest)
