"""Where the words stand that name parts: `Section`, `art`, `§`."""

import re

from models.span import Span
from services.legal.near import places
from services.legal.reference_words import KINDS

_LETTERS = re.compile(r"[A-Za-zÀ-ÿ]+(?:-[A-Za-zÀ-ÿ]+)*")
_STEMS = frozenset(name.removesuffix(".") for name in KINDS if name[0] != "§")
_SIGN = "§"


def words_of(text: str) -> list[Span]:
    """In order, whole words, without the stop of an abbreviation.

    First it is seen which of them there are, in which letters: these few can be looked for one by one.
    """
    said = set(_LETTERS.findall(" ".join(set(text.split()))))
    found = [Span(at, at + 1) for at in places(text, (_SIGN,))]
    for form in said:
        if form.lower() in _STEMS:
            found += [
                span for at in places(text, (form,)) if _is_whole(text, span := Span(at, at + len(form)))
            ]
    return sorted(found)


def _is_whole(text: str, span: Span) -> bool:
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return not (before.isalnum() or before in ("-", "_") or after.isalpha() or after == "_")
