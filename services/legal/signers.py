"""Who signs: the names above signatures, for texts that name their parties nowhere else."""

import re
from collections.abc import Iterator
from itertools import islice

from models.legal import Party
from models.span import Span
from services.legal.party_names import SUFFIX, WORD, name_at

_SIGNED = re.compile(r"\s{1,20}(?:(?:By|BY)(?::|\s{1,8}its\b)|/s/)")
_CAPITALS = r"[A-Z0-9À-ÖØ-ÞŘŠŽÍ&][A-Z0-9À-ÖØ-ÞŘŠŽÍ.,&'’/-]*"
_NAME = re.compile(
    rf"(?:(?<=\s)|\A)(?P<capitals>(?:{_CAPITALS}[ \t]{{1,4}}){{0,11}}{_CAPITALS})\Z"
    rf"|(?:(?<=\n)|(?<=:[ ]))(?P<company>(?:{WORD}[ ]){{1,8}}?(?<=[\w)][ ]|,[ ]){SUFFIX})\Z"
)
_BEFORE, _MOST, _SHORTEST = 160, 400, 5
_NO_NAME = re.compile(
    r"\b(?:WITNESS|WHEREOF|AGREEMENT|SIGNATURES?|EXHIBIT|TITLE|NAME|DATED?|ACCEPTED|AGREED)\b"
)
_ON_BEHALF = re.compile(r"(?i:for\s{1,8}and\s{1,8}on\s{1,8}behalf\s{1,8}of):?\s{1,20}(?=\S)")


def signers(text: str) -> Iterator[Party]:
    """Names right before `By:` or `/s/`, or after `for and on behalf of`; each once. Bounded work."""
    seen: set[str] = set()
    for name in sorted((*_above_signatures(text), *_on_behalf(text))):
        wording = " ".join(name.of(text).split())
        if len(wording) >= _SHORTEST and not _NO_NAME.search(wording) and wording not in seen:
            seen.add(wording)
            yield Party(name, wording, None)


def _above_signatures(text: str) -> Iterator[Span]:
    for signed in islice(_SIGNED.finditer(text), _MOST):
        found = _NAME.search(text, max(0, signed.start() - _BEFORE), signed.start())
        if found and len(found[0].split()) > 1:
            yield Span(*found.span())


def _on_behalf(text: str) -> Iterator[Span]:
    for found in islice(_ON_BEHALF.finditer(text), _MOST):
        if name := name_at(text, found.end(), min(found.end() + _BEFORE, len(text))):
            yield name
