"""Cross-references and the parts of the document that they point at."""

import re
from collections.abc import Iterator, Sequence

from models.legal import Reference, ReferenceStatus
from models.outline import Outline
from models.span import Span
from services.legal.acts import external_law, other_contract, own_names
from services.legal.mentions import Mention, Relation, mentions
from services.legal.others import Passages, amendments, is_by_this, quotations
from services.legal.part_index import PartIndex
from services.legal.pointing import Pointer
from services.legal.reference_words import CODE_BEFORE, OF, RANKS, SUCH

_LAWS_WORDS = "title act code law constitution statute agreement treaty convention regulation"
_LAWS = frozenset(_LAWS_WORDS.split())
_GAP, _MARGIN = 14, 120
_ALONE = re.compile(r"[ \t]{0,80}(?:\n|\Z)")
_AND = re.compile(r"\s?,?\s{1,3}(?:and|or|und|oder|et|ou|y|o|e)\s{1,3}")


def references(text: str, outline: Outline) -> tuple[Reference, ...]:
    """In order; ranges and lists are expanded, the nearest scope is tried first. Linear in text and parts.

    What is in a quotation or in an order to amend another law is external, and so is what names its law.
    """
    own = Passages(node.label for node in outline.nodes if node.label)
    found = (one for one in mentions(text) if not own.hold(one.span.start) and not _is_title(text, one))
    chains = list(_chains(text, found))
    names = own_names(text)
    laws = _shared(text, chains, [_law(text, chain, names) for chain in chains])
    outside = [chain[-1].span.end for chain, law in zip(chains, laws, strict=True) if law]
    mentioned = Passages(mention.span for chain in chains for mention in chain)
    reader = _Reader(text, outline, amendments(text, outline, outside), mentioned)
    return tuple(reader.read(chain, law) for chain, law in zip(chains, laws, strict=True))


def _chains(text: str, found: Iterator[Mention]) -> Iterator[list[Mention]]:
    """Mentions that together say where a part is: `paragraph (a) of Section 2`; the innermost first."""
    chain: list[Mention] = []
    is_down = False
    for mention in found:
        link = _link(text, chain[-1], mention) if chain else None
        if chain and (link is None or (len(chain) > 1 and (link == "down") != is_down)):
            yield chain[::-1] if is_down else chain
            chain, link = [], None
        is_down = link == "down"
        chain.append(mention)
    if chain:
        yield chain[::-1] if is_down else chain


def _is_title(text: str, mention: Mention) -> bool:
    """Whether a name and its number have a line to themselves, as at the head of an annex."""
    if mention.relation is not Relation.NUMBERED or not _ALONE.match(text, mention.span.end):
        return False
    before = text[max(0, mention.span.start - _MARGIN) : mention.span.start]
    return not before.rpartition("\n")[2].strip() and ("\n" in before or mention.span.start < _MARGIN)


def _link(text: str, before: Mention, after: Mention) -> str | None:
    if after.span.start - before.span.end > _GAP:
        return None
    gap = text[before.span.end : after.span.start]
    if OF.fullmatch(gap) and before.relation is Relation.NUMBERED:
        return "of"
    numbered = after.relation is Relation.NUMBERED and before.relation is Relation.NUMBERED
    deeper = RANKS[after.kind] > RANKS[before.kind]
    return "down" if numbered and deeper and gap in (" ", ", ", "\u00a0") else None


def _law(text: str, chain: Sequence[Mention], names: frozenset[str]) -> str:
    """Why the chain points out of the document, empty where nothing beside it says so."""
    last = max(chain, key=lambda mention: mention.span.end)
    if chain[-1].relation is Relation.THIS:
        return ""
    if CODE_BEFORE.search(text, max(0, _start(chain) - 40), _start(chain)):
        return "the number follows the name of another law"
    law = external_law(text, last.span.end) or other_contract(text, last.span.end, names)
    return f"part of{law.of(text)[:60]}".replace("\n", " ") if law else ""


def _shared(text: str, chains: Sequence[Sequence[Mention]], laws: list[str]) -> list[str]:
    """In `section 5 and section 6 of the Water Act` both are in that law."""
    for i in range(len(chains) - 2, -1, -1):
        gap = text[chains[i][-1].span.end : _start(chains[i + 1])] if laws[i + 1] and not laws[i] else ""
        if _AND.fullmatch(gap) and chains[i][0].kind == chains[i + 1][0].kind:
            laws[i] = laws[i + 1]
    return laws


def _start(chain: Sequence[Mention]) -> int:
    return min(mention.span.start for mention in chain)


class _Reader:
    """Keeps what was referred to last, for `of such section`."""

    def __init__(self, text: str, outline: Outline, amended: Passages, mentioned: Passages) -> None:
        self._text = text
        self._outline = outline
        self._pointer = Pointer(PartIndex(outline), text, mentioned)
        self._amended = amended
        self._quoted = quotations(text)
        self._last: Reference | None = None

    def read(self, chain: Sequence[Mention], law: str) -> Reference:
        """One reference for the whole chain."""
        span = Span(_start(chain), max(mention.span.end for mention in chain))
        reason = law or self._outside(chain, span)
        if reason:
            found = Reference(span, chain[0].kind, (), ReferenceStatus.EXTERNAL, reason)
        else:
            found = self._resolved(chain, span)
        self._last = found
        return found

    def _outside(self, chain: Sequence[Mention], span: Span) -> str:
        if self._quoted.hold(span.start):
            return "in a quotation"
        if self._amended.hold(span.start) and not is_by_this(self._text, span.start):
            own = any(mention.relation is Relation.THIS for mention in chain)
            return "" if own else "in the law that is amended"
        such = SUCH.match(self._text, span.end)
        if such and (
            such["word"].lower() in _LAWS or (self._last and self._last.status is ReferenceStatus.EXTERNAL)
        ):
            return "in the law named before"
        return ""

    def _resolved(self, chain: Sequence[Mention], span: Span) -> Reference:
        """From the outermost mention inwards; each is looked for in what the one before it led to."""
        at = self._outline.at(span.start)
        such = SUCH.match(self._text, span.end)
        scopes: tuple[int, ...] | None = (
            self._last.targets if such and self._last and self._last.targets else None
        )
        missing: tuple[str, ...] = ()
        reason = ""
        for mention in reversed(chain):
            around = mention is not chain[0]
            scopes, missing, reason = self._pointer.targets(mention, at, scopes)
            if not scopes and around and mention.relation is Relation.THIS:
                scopes = None  # the text is itself a part of it
            elif not scopes and around and mention.kind == "title":
                return Reference(
                    span, chain[0].kind, (), ReferenceStatus.EXTERNAL, "in a title that is not here"
                )
            elif not scopes:
                break
        status = ReferenceStatus.RESOLVED if scopes else ReferenceStatus.UNRESOLVED
        return Reference(span, chain[0].kind, tuple(scopes or ()), status, reason, missing)
