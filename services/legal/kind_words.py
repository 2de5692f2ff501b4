"""Where the words stand that name parts: `Section`, `art`, `§`."""

import re
from functools import lru_cache

from models.span import Span
from services.legal.near import places, said
from services.legal.reference_words import KINDS

_LETTERS = re.compile(r"[A-Za-zÀ-ÿ]+")
_JOINED = re.compile(r"[Ss][Uu][Bb]-[A-Za-z]+")
_STEMS = frozenset(name.removesuffix(".") for name in KINDS if name[0] != "§")
_SIGN = "§"


@lru_cache(maxsize=1)
def words_of(text: str) -> tuple[Span, ...]:
    """In order, whole words or what follows a hyphen, without the stop of an abbreviation.

    First it is seen which of them there are, in which letters: these few can be looked for one by one.
    """
    found = [Span(at, at + 1) for at in places(text, (_SIGN,))]
    for form in {*_LETTERS.findall(said(text)), *_JOINED.findall(said(text))}:
        if form.lower() in _STEMS:
            spans = (Span(at, at + len(form)) for at in places(text, (form,)))
            found += [span for span in spans if _is_whole(text, span)]
    return tuple(sorted(found))


def _is_whole(text: str, span: Span) -> bool:
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    return not (before.isalnum() or before == "_" or after.isalpha() or after == "_")
