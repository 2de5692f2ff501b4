"""Tokens between white space, and between sentences that have none between them, as columns."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from services.inference.boundaries.arrays import Bools, Codes, Hashes, Ints, Kinds, Longs
from services.inference.boundaries.characters import BLANKS, Kind, codes_of, flags, lowered

STOPS = (Kind.PERIOD, Kind.BANG, Kind.FULL_STOP, Kind.ELLIPSIS)

_CLOSERS = (Kind.CLOSING, Kind.QUOTE, Kind.APOSTROPHE)
_OPENERS = (Kind.OPENING, Kind.QUOTE, Kind.APOSTROPHE)
_ENDS = (*STOPS, Kind.SEMICOLON, Kind.COLON, Kind.COMMA, Kind.DASH)
_LONGEST_RUN = 8
_LONGEST_ELIDED, _SHORTEST_REST = 6, 2
_FIELD_BITS = 21
_FIELD = (1 << _FIELD_BITS) - 1
_MULTIPLIER = 0x9E3779B97F4A7C15
_WORD_SIZE = 1 << 64
_CR, _LF = 13, 10


class Tokens(NamedTuple):
    """Columns of n tokens. The core is what is left of a token without openers, closers and its end mark."""

    start: Ints
    end: Ints
    core_start: Ints
    core_end: Ints
    lead: Kinds
    """Class of the first character after the openers."""
    tail: Kinds
    """Class of the last character before the closers."""
    stops: Ints
    """How many characters the end mark has; 0 without one."""
    lower: Ints
    upper: Ints
    digits: Ints
    """How many of these the core has."""
    newlines: Ints
    """Line ends before the token (CR LF is one)."""
    quotes: Ints
    """Straight quotes at its two ends."""
    word: Hashes
    """Of the core in lower case, without an elided article: dell'art, qu'il."""

    @property
    def opened(self) -> Ints:
        """How many openers each has."""
        return self.core_start - self.start

    @property
    def closed(self) -> Ints:
        """How many closers each has."""
        return self.end - self.core_end - self.stops


def tokens_of(codes: Codes, kinds: Kinds) -> Tokens:
    """The tokens of fewer than 2**21 code points."""
    start, end = _runs(kinds)
    core_start = _skipped(kinds, start, end - 1, _OPENERS, 1)
    tail = _skipped(kinds, end - 1, core_start, _CLOSERS, -1)
    last = _skipped(kinds, tail, core_start - 1, STOPS, -1)
    other = (last == tail) & flags(*_ENDS)[kinds[tail]] & (tail > core_start)
    core_end = np.maximum(last + 1 - other, core_start)
    sums = _sums(kinds)
    inside = sums[core_end] - sums[core_start]
    return Tokens(
        start,
        end,
        core_start,
        core_end,
        kinds[core_start],
        kinds[tail],
        tail + 1 - core_end,
        (inside & _FIELD).astype(np.int32),
        ((inside >> _FIELD_BITS) & _FIELD).astype(np.int32),
        (inside >> (2 * _FIELD_BITS)).astype(np.int32),
        _newlines(codes, kinds, start),
        _quotes(kinds, start, core_start, tail, end),
        hashes(codes, _word_start(kinds, core_start, core_end), core_end),
    )


def _runs(kinds: Kinds) -> tuple[Ints, Ints]:
    """Starts and ends."""
    blank = (kinds == Kind.SPACE) | (kinds == Kind.NEWLINE)
    edges = np.flatnonzero(blank[1:] != blank[:-1]) + 1
    edges = np.concatenate([np.flatnonzero(~blank[:1]), edges, blank.size + np.flatnonzero(~blank[-1:])])
    edges = edges.astype(np.int32)
    splits = _splits(kinds)
    return np.sort(np.concatenate([edges[::2], splits])), np.sort(np.concatenate([edges[1::2], splits]))


def _splits(kinds: Kinds) -> Ints:
    """Where a sentence may begin directly after another one."""
    ends = np.flatnonzero(flags(*STOPS, *_CLOSERS)[kinds[:-1]]).astype(np.int32) + 1
    places = ends[~flags(*STOPS, *_CLOSERS, *BLANKS, Kind.COMMA)[kinds[ends]]]
    none = np.full_like(places, -1)
    mark = _skipped(kinds, places - 1, none + 1, _CLOSERS, -1)
    is_mark = flags(*STOPS)[kinds[mark]]
    places, mark = places[is_mark], mark[is_mark]
    first = _skipped(kinds, mark, np.zeros_like(mark), STOPS, -1)
    kept: Ints = places[_parts(kinds, places, mark, first)]
    return kept


def _parts(kinds: Kinds, places: Ints, mark: Ints, first: Ints) -> Bools:
    """Whether what follows the end mark looks like a beginning; `first` is the character before the mark."""
    last, following = kinds[mark], kinds[places]
    second = kinds[np.minimum(places + 1, kinds.size - 1)]
    before, earlier = kinds[first], kinds[np.maximum(first - 1, 0)]
    lower_or_closed = flags(Kind.LOWER, Kind.CLOSING)
    wordy = lower_or_closed[before] & flags(Kind.LOWER, Kind.CLOSING, Kind.UPPER)[earlier]
    wordy |= mark - first > 1
    glued = (following == Kind.UPPER) & flags(Kind.LOWER, Kind.SPACE)[second]
    dashed = (following == Kind.DASH) & (second == Kind.DASH)
    noted = (following == Kind.OPENING) & (second == Kind.DIGIT)
    noted |= flags(Kind.OPENING, Kind.NOTE, Kind.SECTION)[following]
    numbered = (following == Kind.DIGIT) & flags(Kind.LOWER, Kind.CLOSING, Kind.QUOTE)[before]
    asked = (last == Kind.BANG) & flags(Kind.LOWER, Kind.UPPER, Kind.LETTER)[following]
    unspaced = (last == Kind.FULL_STOP) | ((last != Kind.PERIOD) & (following == Kind.IDEOGRAPH))
    complete = flags(Kind.LOWER, Kind.CLOSING, Kind.QUOTE, Kind.DIGIT)[before]
    found: Bools = unspaced | asked | wordy & (glued | dashed) | complete & (noted | numbered)
    return found


def _skipped(kinds: Kinds, at: Ints, bound: Ints, over: tuple[Kind, ...], step: int) -> Ints:
    """Each position moved by `step` while it is on one of the classes, at most up to its bound."""
    table = flags(*over)
    place = at.copy()
    going = np.flatnonzero(table[kinds[place]] & (place != bound))
    for _ in range(_LONGEST_RUN):
        if not going.size:
            break
        place[going] += step
        going = going[table[kinds[place[going]]] & (place[going] != bound[going])]
    return place


@cache
def _weights() -> Longs:
    table = np.zeros(len(Kind), np.int64)
    table[[Kind.LOWER, Kind.LETTER, Kind.IDEOGRAPH]] = 1
    table[Kind.UPPER] = 1 << _FIELD_BITS
    table[Kind.DIGIT] = 1 << (2 * _FIELD_BITS)
    return table


def _sums(kinds: Kinds) -> Longs:
    """Lower, upper and digits up to each place, in three fields of one number."""
    sums = np.zeros(kinds.size + 1, np.int64)
    np.cumsum(_weights()[kinds], out=sums[1:])
    return sums


def _newlines(codes: Codes, kinds: Kinds, start: Ints) -> Ints:
    at = np.flatnonzero(kinds == Kind.NEWLINE)
    following = np.minimum(at + 1, codes.size - 1)
    at = at[~((codes[at] == _CR) & (codes[following] == _LF))]
    found = np.bincount(np.searchsorted(start, at), minlength=start.size)
    return found[: start.size].astype(np.int32)


def _quotes(kinds: Kinds, start: Ints, core_start: Ints, tail: Ints, end: Ints) -> Ints:
    before = (core_start > start) & (kinds[start] == Kind.QUOTE)
    after = (tail + 1 < end) & (kinds[end - 1] == Kind.QUOTE)
    found: Ints = before.astype(np.int32) + after
    return found


def _word_start(kinds: Kinds, start: Ints, end: Ints) -> Ints:
    """After an apostrophe that is near the beginning and far enough from the end of a core."""
    found = start.copy()
    apostrophe = np.flatnonzero(kinds == Kind.APOSTROPHE).astype(np.int32)
    owner = np.searchsorted(start, apostrophe, "right") - 1
    inside = owner >= 0
    apostrophe, owner = apostrophe[inside], owner[inside]
    elided = apostrophe - start[owner] <= _LONGEST_ELIDED
    elided &= (apostrophe > start[owner]) & (end[owner] - apostrophe > _SHORTEST_REST)
    found[owner[elided]] = apostrophe[elided] + 1
    return found


@cache
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the multiplier and of its inverse, modulo 2**64."""
    up = np.full(size, _MULTIPLIER, np.uint64)
    down = np.full(size, pow(_MULTIPLIER, -1, _WORD_SIZE), np.uint64)
    up[0] = down[0] = 1
    return np.cumprod(up), np.cumprod(down)


def hashes(codes: Codes, start: Ints, end: Ints) -> Hashes:
    """A hash of each piece in lower case: the polynomial of its code points, and its length."""
    up, down = _powers(1 << codes.size.bit_length())
    sums = np.zeros(codes.size + 1, np.uint64)
    steps = lowered(codes).astype(np.uint64)
    steps *= up[: codes.size]
    np.cumsum(steps, out=sums[1:])
    found: Hashes = (sums[end] - sums[start]) * down[start] + (end - start).astype(np.uint64)
    return found


def hashes_of(words: Sequence[str]) -> Hashes:
    """The hash of each word, which has no capitals."""
    ends = np.cumsum([len(word) for word in words]).astype(np.int32)
    return hashes(codes_of("".join(words)), np.append(np.int32(0), ends[:-1]), ends)
