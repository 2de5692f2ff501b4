"""Ways to spoil a text: those of SaT (arXiv 2406.16678), and what PDF and OCR do to lines. Sentences stay."""

import unicodedata
from collections.abc import Callable
from functools import cache

import numpy as np

from services.inference.boundaries.arrays import Bools, Codes, Ints
from services.inference.boundaries.characters import Kind, codes_of, kinds_of, lowered
from tests.bench.sentences.characters.passages import Passage, is_blank

_SPACE, _NEWLINE, _HYPHEN = 32, 10, 45
_NARROWEST, _WIDEST = 40, 111
_NARROWEST_UNSPACED, _WIDEST_UNSPACED = 18, 45
_TAKEN_FOR = {
    "l": "1", "1": "l", "O": "0", "0": "O", "e": "c", "c": "e", "i": "l", "I": "l", "n": "u", "u": "n",
    "S": "5", "5": "S", "B": "8", "t": "f", "h": "b", ".": ",", ",": ".",
}  # fmt: skip
_BMP = 1 << 16

Change = Callable[[Passage, np.random.Generator], Passage]


def small(passage: Passage, _: np.random.Generator) -> Passage:
    """In lower case."""
    return passage._replace(codes=lowered(passage.codes))


def bare(passage: Passage, random: np.random.Generator) -> Passage:
    """Without punctuation and symbols, in one line."""
    return squeezed(passage.kept(~_is_mark(passage)), random)


def squeezed(passage: Passage, _: np.random.Generator) -> Passage:
    """White space as one space."""
    blank = is_blank(passage.codes)
    codes = np.where(blank, np.uint32(_SPACE), passage.codes)
    repeated = blank & np.append(False, blank[:-1])
    return passage._replace(codes=codes).kept(~repeated)


def glued(passage: Passage, _: np.random.Generator) -> Passage:
    """Without white space, where the script is written so."""
    return passage.kept(~is_blank(passage.codes)) if passage.unspaced else passage


def wrapped(passage: Passage, random: np.random.Generator) -> Passage:
    """In lines of 40 to 110 columns, paragraphs kept or not, some with hyphens, indents and page numbers."""
    if passage.unspaced:
        return _cut_into_lines(squeezed(passage, random), random)
    paragraphs = random.random() < 0.5
    passage = _single_gaps(passage, keep_lines=paragraphs)
    places = _breaks(passage, int(random.integers(_NARROWEST, _WIDEST)))
    codes = passage.codes.copy()
    codes[places] = _NEWLINE
    passage = passage._replace(codes=codes)
    if random.random() < 0.15:
        passage = _hyphenated(passage, places, random)
    if random.random() < 0.1:
        passage = _numbered(passage, random)
    return passage


def confused(passage: Passage, random: np.random.Generator) -> Passage:
    """One character in fifty to two hundred taken for another, some spaces lost inside sentences."""
    codes = passage.codes.copy()
    hit = (random.random(codes.size) < random.uniform(0.005, 0.02)) & (codes < _BMP)
    codes[hit] = _lookalikes()[codes[hit]]
    inner = np.append(passage.sentence[1:] == passage.sentence[:-1], False)
    lost = (random.random(codes.size) < 0.01) & (codes == _SPACE) & inner
    return passage._replace(codes=codes).kept(~lost)


def social(passage: Passage, random: np.random.Generator) -> Passage:
    """Marks left out or repeated, in lower case or in capitals at times."""
    marks = _is_mark(passage)
    passage = passage.kept(~marks | (random.random(marks.size) > random.choice([0.2, 0.5, 0.8])))
    again = np.flatnonzero(_is_mark(passage) & (random.random(passage.codes.size) < 0.15)).astype(np.int32)
    codes = passage.codes[again]
    repeated = passage.put(again, 0)
    repeated.codes[again + np.arange(again.size)] = codes
    return small(repeated, random) if random.random() < 0.5 else repeated


_MIXTURE: tuple[tuple[float, float, tuple[Change, ...]], ...] = (
    (0.12, 1.0, ()),
    (0.03, 1.0, (squeezed,)),
    (0.16, 1.0, (wrapped,)),
    (0.07, 1.0, (small,)),
    (0.10, 1.4, (bare, glued)),
    (0.38, 2.5, (small, bare, glued)),
    (0.03, 2.5, (small, bare, wrapped)),
    (0.03, 1.0, (small, wrapped)),
    (0.03, 1.0, (confused, wrapped)),
    (0.02, 2.5, (confused, small, bare)),
    (0.03, 1.4, (social,)),
)
"""Share, weight of boundaries, changes. The best threshold for F1 is half of that F1 (arXiv 1402.1892):
boundaries weigh more where they are harder to tell, and .5 is about right for all."""


def spoiled(passage: Passage, random: np.random.Generator) -> tuple[Passage, float]:
    """The passage in one of the mixture's ways, and the weight of its boundaries."""
    shares = np.array([share for share, _, _ in _MIXTURE])
    _, weight, changes = _MIXTURE[random.choice(len(_MIXTURE), p=shares / shares.sum())]
    for change in changes:
        passage = change(passage, random)
    return passage, weight


@cache
def _marks() -> Bools:
    return np.array([unicodedata.category(chr(code))[0] in "PS" for code in range(_BMP)])


def _is_mark(passage: Passage) -> Bools:
    found: Bools = _marks()[np.minimum(passage.codes, _BMP - 1)]
    return found


@cache
def _lookalikes() -> Codes:
    table = np.arange(_BMP, dtype=np.uint32)
    for character, other in _TAKEN_FOR.items():
        table[ord(character)] = ord(other)
    return table


def _single_gaps(passage: Passage, *, keep_lines: bool) -> Passage:
    """One space a gap; one or two line ends where there were some."""
    blank = is_blank(passage.codes)
    newline = passage.codes == _NEWLINE if keep_lines else np.zeros(blank.size, np.bool_)
    run = np.cumsum(np.diff(blank, prepend=False) & blank) * blank
    lines = np.bincount(run, newline, minlength=run.max(initial=0) + 1).astype(np.int32)
    first = blank & np.append(True, ~blank[:-1])
    second = blank & np.append(False, first[:-1]) & (lines[run] > 1)
    codes = np.where(blank, np.where(lines[run] > 0, _NEWLINE, _SPACE), passage.codes).astype(np.uint32)
    kept: Bools = ~blank | first | second
    return passage._replace(codes=codes).kept(kept)


def _breaks(passage: Passage, width: int) -> Ints:
    """The spaces that become line ends."""
    spaces = np.flatnonzero(passage.codes == _SPACE)
    ends = np.append(np.flatnonzero(passage.codes == _NEWLINE), passage.codes.size)
    found, start = [], 0
    while start + width < passage.codes.size:
        hard = ends[np.searchsorted(ends, start)]
        if hard - start <= width:
            start = int(hard) + 1
            continue
        at = int(np.searchsorted(spaces, start + width, side="right")) - 1
        at = at if at >= 0 and spaces[at] > start else at + 1
        if at >= spaces.size or spaces[at] > hard:
            start = int(hard) + 1
            continue
        found.append(int(spaces[at]))
        start = found[-1] + 1
    return np.array(found, np.int32)


def _hyphenated(passage: Passage, breaks: Ints, random: np.random.Generator) -> Passage:
    """Some first words of lines begin on the line before."""
    letters = kinds_of(passage.codes) == Kind.LOWER
    some: Ints = breaks[random.random(breaks.size) < 0.3] + 3
    some = some[some + 3 < passage.codes.size]
    some = some[np.all([letters[some + step] for step in range(-2, 3)], axis=0)]
    passage.codes[some - 3] = _SPACE
    moved = (some + np.arange(some.size)).astype(np.int32)
    return passage.put(some, _NEWLINE).put(moved, _HYPHEN)


def _numbered(passage: Passage, random: np.random.Generator) -> Passage:
    """A page number on a line of its own, inside or between sentences."""
    lines = np.flatnonzero(passage.codes == _NEWLINE)
    if not lines.size:
        return passage
    number = f"{'' if random.random() < 0.7 else 'Page '}{random.integers(1, 400)}\n"
    at = int(random.choice(lines)) + 1
    for code in reversed(codes_of(number).tolist()):
        place = np.array([min(at, passage.codes.size - 1)], np.int32)
        passage = passage.put(place, code)
    return passage


def _cut_into_lines(passage: Passage, random: np.random.Generator) -> Passage:
    width = int(random.integers(_NARROWEST_UNSPACED, _WIDEST_UNSPACED))
    return passage.put(np.arange(width, passage.codes.size, width, dtype=np.int32), _NEWLINE)
