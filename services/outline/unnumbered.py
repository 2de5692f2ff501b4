"""Parts without a number that their words give away: preamble, recitals, signatures, terms."""

import re
from collections.abc import Sequence

from models.outline import NodeKind
from models.span import Span
from services.outline.lines import Line

_INSTRUMENTS = (
    "agreement contract lease deed amendment indenture addendum license licence undertaking guaranty "
    "guarantee note"
)
_PREAMBLE = re.compile(
    rf"(?:this|the)\s(?:[\w’'&,()/“”\"-]{{1,40}}\s){{0,12}}(?:{'|'.join(_INSTRUMENTS.split())})\b"
    r"(?=.{0,400}\b(?:between|among|amongst|entered\s+into|is\s+made|made\s+(?:and|as|on|this)|dated)\b)",
    re.IGNORECASE,
)
_INSTRUMENT = re.compile(rf"\b(?:{'|'.join(_INSTRUMENTS.split())})\b", re.IGNORECASE)
_RECITAL = re.compile(r"(?:whereas|in\s+anbetracht|considérant\s+que|considerando\s+que)\b", re.IGNORECASE)
_RECITALS = re.compile(
    r"(?:the\s+)?(?:recitals?|background|w\s?i\s?t\s?n\s?e\s?s\s?s\s?e\s?t\s?h|präambel|préambule|preámbulo"
    r"|preambolo|preâmbulo)\s*[:.]?$",
    re.IGNORECASE,
)
_AGREED = re.compile(
    r"(?:now,?\s+therefore|it\s+is\s+(?:hereby\s+)?agreed|(?:the\s+)?parties\s+(?:hereby\s+|hereto\s+)*agree"
    r"|in\s+consideration\s+of)\b",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:in\s+witness\s+(?:where|there)of|executed\s+as\s+a\s+deed|zu\s+urkund|en\s+foi\s+de\s+quoi"
    r"|in\s+fede\s+di\s+ciò|en\s+fe\s+de\s+lo\s+cual|em\s+fé\s+do\s+que|the\s+parties\b.{0,120}\b(?:caused|executed)\s+this)\b",
    re.IGNORECASE,
)
_SIGNER = re.compile(r"(?:by|signature|signed|name|title|its|date)\s*:|/s/", re.IGNORECASE)
_RESOLVING = re.compile(r"(?:Resolved|Be it (?:enacted|resolved))\b[^\n]*,$")
_TERM = re.compile(
    r"[“\"„«](?P<term>[^”\"“»\n]{1,100})[”\"“»]\s*(?:\([^()]{0,80}\)\s*)?"
    r"(?:shall\s+)?(?:means?|ha(?:s|ve)\s+the\s+(?:same\s+)?meaning|bedeutet|bezeichnet|signifie|désigne"
    r"|significa)\b",
    re.IGNORECASE,
)
_OPENING, _LONGEST_NAME, _LONGEST_SIGNER, _SIGNERS = 20_000, 40, 90, 3


def kind_of(text: str, lines: Sequence[Line], index: int) -> NodeKind | None:
    """What the line begins by its words alone, if anything."""
    line = lines[index]
    for kind, initials, pattern in _OPENERS:
        if text[line.start] in initials and pattern.match(text, line.start, line.end):
            late = kind is NodeKind.PREAMBLE and line.start > _OPENING
            return None if late else kind
    if is_recitals(text, line):
        return NodeKind.RECITAL
    if text.startswith("That", line.start) and index:
        above = lines[index - 1]
        return NodeKind.SECTION if _RESOLVING.match(text, above.start, above.end) else None
    return NodeKind.SIGNATURE if _is_signer(text, lines, index) else None


def is_recitals(text: str, line: Line) -> bool:
    """Whether it is the title of recitals."""
    return line.end - line.start < _LONGEST_NAME and _RECITALS.match(text, line.start, line.end) is not None


def is_agreed(text: str, line: Line) -> bool:
    """Whether recitals end here: `NOW, THEREFORE`."""
    return text[line.start] in "nNiItTpP" and _AGREED.match(text, line.start, line.end) is not None


def names_instrument(text: str, line: Line) -> bool:
    """Whether an agreement, a lease or the like is named there."""
    return _INSTRUMENT.search(text, line.start, line.end) is not None


def defined_term(text: str, line: Line) -> Span | None:
    """The term that a line without a number defines."""
    if text[line.start] not in '“"„«':
        return None
    found = _TERM.match(text, line.start, line.end)
    return Span(*found.span("term")) if found else None


def _is_signer(text: str, lines: Sequence[Line], index: int) -> bool:
    """Whether several lines together say who signs: `By:`, `Name:`, `Title:`."""
    if text[lines[index].start] not in "bBsSnN/":
        return False
    found = 0
    for line in lines[index : index + 2 * _SIGNERS]:
        is_one = line.end - line.start < _LONGEST_SIGNER and _SIGNER.match(text, line.start, line.end)
        found += is_one is not None and bool(is_one)
    return found >= _SIGNERS and _SIGNER.match(text, lines[index].start, lines[index].end) is not None


_OPENERS = (
    (NodeKind.PREAMBLE, "tT", _PREAMBLE),
    (NodeKind.RECITAL, "wWiIcC", _RECITAL),
    (NodeKind.SIGNATURE, "iIeEtTzZ", _SIGNED),
)
