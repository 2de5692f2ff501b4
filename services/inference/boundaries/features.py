"""What is known of a candidate, as numbers: the words around it, its lines, and the state it stands in."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from services.inference.boundaries.arrays import Bools, Bytes, Column, Floats, Ints
from services.inference.boundaries.characters import Kind, codes_of, flags, kinds_of
from services.inference.boundaries.counts import counts_of
from services.inference.boundaries.lexicon import Group, groups_of
from services.inference.boundaries.lines import lines_of
from services.inference.boundaries.shapes import Shape, enumerators_of, shapes_of
from services.inference.boundaries.tokens import Tokens, tokens_of

_AROUND = range(-2, 4)
"""Tokens looked at; 0 is the one the sentence may end with."""
_NEAR = range(-1, 3)
"""The same for the first look."""
_GLANCED = ("shape", "group", "length", "tail", "stops", "closed", "opened", "newlines", "enumerator")
_LONGEST, _MOST_STOPS, _MOST_BRACKETS, _MOST_LINES = 20, 4, 3, 3
_FARTHEST = 60
_DEEPEST = 3
_STRONG = (Kind.PERIOD, Kind.BANG, Kind.FULL_STOP)
_REFERRING = (Group.VERSUS, Group.CITED, Group.PART)


@dataclass(frozen=True)
class Features:
    """The tokens of one text, and what is known of candidates among them."""

    tokens: Tokens

    @classmethod
    def of(cls, text: str) -> "Features":
        """For a text of fewer than 2**21 code points that is not blank."""
        codes = codes_of(text)
        return cls(tokens_of(codes, kinds_of(codes)))

    def glance(self, at: Ints) -> Floats:
        """[candidates, features] that are cheap: to see which candidates are worth the others."""
        return _stacked(self._words(at, _NEAR, _GLANCED) | self._gap(at))

    def rows(self, at: Ints) -> Floats:
        """[candidates, features]: all there is."""
        return _stacked(self.columns(at))

    def columns(self, at: Ints) -> dict[str, Column]:
        """The features by name, in order."""
        words = self._words(at, _AROUND, tuple(self._looks))
        return (
            words | self._gap(at) | self._counted(at) | self._distances(at) | self._depths(at)
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

    def _words(self, at: Ints, around: range, names: tuple[str, ...]) -> dict[str, Column]:
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
        counts = counts_of(self.tokens)
        found: dict[str, Column] = {}
        for name, column in counts._asdict().items():
            found |= {f"{name}+0": column[at], f"{name}+1": column[at + 1]}
        earlier = np.maximum(at - 1, 0)
        return found | {
            "dotted-1": counts.dotted[earlier],
            "bare-1": counts.bare[earlier],
            "dotted_share": counts.dotted[at] - counts.bare[at],
            "small_share": counts.small[at + 1] - counts.large[at + 1],
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
            "text_referring": np.isin(self._groups, _REFERRING).mean(),
            "text_blank_lines": (tokens.newlines > 1).sum() / max(lines.sum(), 1),
        }
        return {name: np.full(size, value, np.float32) for name, value in shares.items()}


def _stacked(columns: dict[str, Column]) -> Floats:
    found = np.empty((len(columns), next(iter(columns.values())).size), np.float32)
    for row, column in zip(found, columns.values(), strict=True):
        row[:] = column
    return np.ascontiguousarray(found.T)


def _capped(column: Ints, most: int) -> Bytes:
    return np.minimum(column, most).astype(np.uint8)


def _since(marks: Bools, at: Ints) -> Ints:
    """Tokens from the last mark up to each place."""
    indices = np.arange(marks.size, dtype=np.int32)
    last = np.maximum.accumulate(np.where(marks, indices, np.int32(-_FARTHEST)))
    return np.minimum(at - last[at], _FARTHEST)


def _until(marks: Bools, at: Ints) -> Ints:
    """Tokens from each place to the next mark."""
    return _since(marks[::-1], np.int32(marks.size - 1) - at)


def _within(steps: Ints, begins: Bools) -> Ints:
    """Running sums that begin anew where `begins`."""
    sums = np.cumsum(steps, dtype=np.int32)
    first = np.maximum.accumulate(np.where(begins, np.arange(begins.size), 0))
    return sums - np.where(first > 0, sums[first - 1], np.int32(0))
