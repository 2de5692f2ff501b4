"""What is known of a candidate, as numbers: the words around it, its lines, and the state it stands in."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.inference.boundaries.arrays import Bools, Bytes, Column, Floats, Hashes, Ints, Longs
from services.inference.boundaries.characters import Kind, codes_of, flags, kinds_of
from services.inference.boundaries.counts import counts_of
from services.inference.boundaries.glance import cells_of
from services.inference.boundaries.lexicon import Group, groups_of
from services.inference.boundaries.lines import lines_of
from services.inference.boundaries.lists import sequences_of
from services.inference.boundaries.shapes import Shape, enumerators_of, shapes_of
from services.inference.boundaries.tokens import STOPS, Tokens, tokens_of
from services.inference.boundaries.usage import USED, Usage

_AROUND = range(-1, 3)
"""Tokens looked at; 0 is the one the sentence may end with."""
_BEYOND = (-2, 3)
_FAR = ("shape", "group", "tail", "newlines")
"""What is looked at in the tokens beyond."""
_LONGEST, _MOST_STOPS, _MOST_BRACKETS, _MOST_LINES = 20, 4, 3, 3
_FARTHEST = 60
_DEEPEST = 3
_STRONG = (Kind.PERIOD, Kind.BANG, Kind.FULL_STOP)
_REFERS = np.isin(np.arange(len(Group)), (Group.VERSUS, Group.CITED, Group.PART))


@dataclass(frozen=True)
class Features:
    """The tokens of one text, and what is known of candidates among them."""

    tokens: Tokens

    @classmethod
    def of(cls, text: str) -> "Features":
        """For a text of fewer than 2**21 code points that is not blank."""
        codes = codes_of(text)
        return cls(tokens_of(codes, kinds_of(codes)))

    def cells(self, at: Ints) -> Ints:
        """[groups, candidates] that are cheap: to see which candidates are worth the others."""
        return cells_of(self._looks | {"lead": self.tokens.lead, "sequence": self._sequences}, at)

    def rows(self, at: Ints, usage: Usage) -> Floats:
        """[candidates, features]: all there is."""
        return stacked(self.columns(at) | usage.columns(self.words(at)))

    def words(self, at: Ints) -> Hashes:
        """[tokens, candidates]: the words around each."""
        last = self.tokens.start.size - 1
        return np.stack([self.tokens.word[np.clip(at + step, 0, last)] for step in USED])

    def columns(self, at: Ints) -> dict[str, Column]:
        """The features by name, in order, without the usage of words."""
        words = self._words(at, _AROUND, tuple(self._looks))
        return (
            words | self._words(at, _BEYOND, _FAR) | self._gap(at) | self._counted(at)
            | self._distances(at) | self._depths(at) | self._runs(at) | self._listed(at)
            | lines_of(self.tokens).columns(self.tokens, at) | self._whole(at.size)
        )  # fmt: skip

    @cached_property
    def _groups(self) -> Bytes:
        return groups_of(self.tokens.word)

    @cached_property
    def _shapes(self) -> Bytes:
        return shapes_of(self.tokens)

    @cached_property
    def _looks(self) -> dict[str, Bytes]:
        """Per token."""
        tokens = self.tokens
        return {
            "shape": self._shapes,
            "group": self._groups,
            "length": _capped(tokens.core_end - tokens.core_start, _LONGEST),
            "tail": tokens.tail,
            "stops": _capped(tokens.stops, _MOST_STOPS),
            "opened": _capped(tokens.opened, _MOST_BRACKETS),
            "closed": _capped(tokens.closed, _MOST_BRACKETS),
            "newlines": _capped(tokens.newlines, _MOST_LINES),
            "enumerator": enumerators_of(tokens, self._shapes),
        }

    def _words(self, at: Ints, around: Sequence[int], names: tuple[str, ...]) -> dict[str, Column]:
        last = self.tokens.start.size - 1
        places = {step: np.clip(at + step, 0, last) for step in around}
        return {
            f"{name}{step:+d}": self._looks[name][place] for step, place in places.items() for name in names
        }

    def _gap(self, at: Ints) -> dict[str, Column]:
        after = at + 1
        gap = np.minimum(self.tokens.start[after] - self.tokens.end[at], _LONGEST)
        return {"lead+1": self.tokens.lead[after], "gap": gap}

    def _counted(self, at: Ints) -> dict[str, Column]:
        """Logarithms of 1 + how often words occur."""
        counts = counts_of(self.tokens)
        before, here, after = (counts.of[place] for place in (np.maximum(at - 1, 0), at, at + 1))
        dotted, bare = _log(counts.dotted[here]), _log(counts.bare[here])
        small, large = _log(counts.small[after]), _log(counts.large[after])
        return {
            "dotted-1": _log(counts.dotted[before]),
            "bare-1": _log(counts.bare[before]),
            "dotted+0": dotted,
            "bare+0": bare,
            "dotted_share": dotted - bare,
            "small+0": _log(counts.small[here]),
            "large+0": _log(counts.large[here]),
            "after+0": _log(counts.after[here]),
            "dotted+1": _log(counts.dotted[after]),
            "bare+1": _log(counts.bare[after]),
            "small+1": small,
            "large+1": large,
            "after+1": _log(counts.after[after]),
            "small_share": small - large,
        }

    def _distances(self, at: Ints) -> dict[str, Column]:
        """Tokens from and to what matters, at most _FARTHEST."""
        tokens, groups = self.tokens, self._groups
        strong, lines = flags(*_STRONG)[tokens.tail], tokens.newlines > 0
        before, after = np.maximum(at - 1, 0), at + 1
        return {
            "since_strong": _since(strong, before),
            "until_strong": _until(strong, after),
            "since_line": _since(lines, at),
            "until_line": _until(lines, after),
            "until_next_line": _until(lines, np.minimum(at + 2, tokens.start.size - 1)),
            "since_versus": _since(groups == Group.VERSUS, at),
            "since_section": _since((tokens.lead == Kind.SECTION) | (groups == Group.PART), at),
            "since_signal": _since(groups == Group.SIGNAL, at),
            "since_cited": _since(groups == Group.CITED, at),
            "since_semicolon": _since(tokens.tail == Kind.SEMICOLON, before),
            "since_colon": _since(tokens.tail == Kind.COLON, before),
            "until_verb": _until(groups == Group.VERB, after),
        }

    def _runs(self, at: Ints) -> dict[str, Column]:
        """How many tokens of one look stand in a row before and after."""
        tokens, shapes, after = self.tokens, self._shapes, at + 1
        capital = tokens.lead == Kind.UPPER
        large = (shapes == Shape.UPPER) | (shapes == Shape.NUMBER) | (shapes == Shape.EMPTY)
        dots = (shapes == Shape.EMPTY) & flags(*STOPS)[tokens.tail]
        strong = flags(*_STRONG)[tokens.tail]
        small = np.cumsum(shapes == Shape.LOWER, dtype=np.int32)
        begun = np.maximum.accumulate(np.where(strong, small, 0))
        before = np.maximum(at - 1, 0)
        return {
            "capitals_before": _since(~capital, at),
            "capitals_after": _until(~capital, after),
            "large_before": _since(~large, at),
            "large_after": _until(~large, after),
            "dots_before": _since(~dots, at),
            "dots_after": _until(~dots, after),
            "small_since_strong": np.minimum(small[at] - begun[before], _FARTHEST),
            "since_verb": _since(self._groups == Group.VERB, at),
        }

    def _listed(self, at: Ints) -> dict[str, Column]:
        """Whether the enumerators here and next are of a list, and how far the last and the next one are."""
        found = self._sequences
        listed = found > 1
        return {
            "sequence-1": found[np.maximum(at - 1, 0)],
            "sequence+0": found[at],
            "sequence+1": found[at + 1],
            "since_listed": _since(listed, at),
            "until_listed": _until(listed, at + 1),
        }

    @cached_property
    def _sequences(self) -> Bytes:
        return sequences_of(self.tokens, self._looks["enumerator"])

    def _depths(self, at: Ints) -> dict[str, Column]:
        """Open brackets and straight quotes, counted from the last blank line."""
        tokens = self.tokens
        blank = tokens.newlines > 1
        depth = np.clip(_within(tokens.opened - tokens.closed, blank), 1 - _DEEPEST, _DEEPEST)
        quoted = _within(tokens.quotes, blank) & 1
        return {"depth": depth[at], "quoted": quoted[at], "quoted+1": quoted[at + 1]}

    def _whole(self, size: int) -> dict[str, Column]:
        """What is true of the whole text."""
        tokens, shapes = self.tokens, self._shapes
        strong, lines = flags(*_STRONG)[tokens.tail], tokens.newlines > 0
        ends = np.append(lines[1:], np.True_)
        words = (shapes == Shape.LOWER) | (shapes == Shape.CAPITAL)
        shares = {
            "text_strong": strong.mean(),
            "text_capitals": (shapes == Shape.CAPITAL).sum() / max(words.sum(), 1),
            "text_lines": lines.mean(),
            "text_stopped_lines": (strong & ends).sum() / ends.sum(),
            "text_size": np.log1p(tokens.start.size),
            "text_referring": _REFERS[self._groups].mean(),
            "text_blank_lines": (tokens.newlines > 1).sum() / max(lines.sum(), 1),
            "text_small_lines": (lines & (tokens.lead == Kind.LOWER)).sum() / max(lines.sum(), 1),
            "text_listed_lines": (lines & (self._sequences > 1)).sum() / max(lines.sum(), 1),
            "text_glued": (tokens.start[1:] == tokens.end[:-1]).sum() / tokens.start.size,
        }
        return {name: np.full(size, value, np.float32) for name, value in shares.items()}


def stacked(columns: dict[str, Column]) -> Floats:
    """[candidates, features]."""
    found = np.empty((len(columns), next(iter(columns.values())).size), np.float32)
    for row, column in zip(found, columns.values(), strict=True):
        row[:] = column
    return np.ascontiguousarray(found.T)


def _log(counts: Longs) -> Floats:
    return np.log1p(counts.astype(np.float32))


def _capped(column: Ints, most: int) -> Bytes:
    return np.minimum(column, most).astype(np.uint8)


def _since(marks: Bools, at: Ints) -> Ints:
    """Tokens from the last mark up to each place."""
    places = np.append(-_FARTHEST, np.flatnonzero(marks)).astype(np.int32)
    found: Ints = np.minimum(at - places[np.searchsorted(places[1:], at, "right")], _FARTHEST)
    return found


def _until(marks: Bools, at: Ints) -> Ints:
    """Tokens from each place to the next mark."""
    return _since(marks[::-1], np.int32(marks.size - 1) - at)


def _within(steps: Ints, begins: Bools) -> Ints:
    """Running sums that begin anew where `begins`."""
    sums = np.cumsum(steps, dtype=np.int32)
    first = np.maximum.accumulate(np.where(begins, np.arange(begins.size), 0))
    return sums - np.where(first > 0, sums[first - 1], np.int32(0))
