"""The one optimizer: the cheapest way to cut a flow of units into chunks under a hard cap.

Minimises Σ size(chunk) + Σ cut(boundary) by dynamic programming over the n units, each chunk at most
m units long: O(n·m) time, O(n) memory. size = ((T − target) / target)², plus a penalty below the soft
minimum; cut = WEIGHT · (mean score − score), so that the number of cuts is left to the sizes. Ties break
to the earliest cut. Nothing is random.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import add

from services.segmentation.plan import FORBIDDEN, REQUIRED

WEIGHT = 0.5
"""What one unit of score is worth, in units of an empty chunk's size cost."""
PER_CHUNK = 0.02
BELOW_MINIMUM = 4.0
AGAINST_LINK = 1e6
BEYOND = 1.0
"""What it costs that a chunk goes on beyond what its first unit is nested in."""

Piece = tuple[int, int]
"""Units `i <= k < j` as one chunk."""


@dataclass(frozen=True, slots=True)
class Problem:
    """n units under a cap.

    `tokens` of each unit, `gaps` before each, `prefixes` of a chunk that starts there (special tokens
    included), `scores` of a cut before each (the first is ignored), `nested` where each is in something: the
    first unit that stands outside of that.
    """

    tokens: Sequence[int]
    gaps: Sequence[int]
    prefixes: Sequence[int]
    scores: Sequence[float]
    cap: int
    target: int
    minimum: int = 0
    nested: Sequence[int] = ()
    first_too_long: dict[int, int] = field(default_factory=dict)

    def cut_costs(self) -> list[float]:
        """What a cut before each unit costs."""
        finite = [score for score in self.scores[1:] if math.isfinite(score)]
        mean = sum(finite) / len(finite) if finite else 0.0
        return [0.0, *(_cut_cost(score, mean) for score in self.scores[1:])]

    def size(self, piece: Piece) -> int:
        """Estimated tokens of a chunk; exact when counts of pieces add up."""
        i, j = piece
        return self.prefixes[i] + sum(self.tokens[i:j]) + sum(self.gaps[i + 1 : j])


def pack(problem: Problem, exact: Callable[[Sequence[Piece]], Sequence[int]]) -> list[tuple[Piece, int]]:
    """The optimal chunks with their exact tokens, none above the cap.

    Where an exact count exceeds its estimate, that piece and every longer one from the same start are
    ruled out and the problem is solved again. Single units must fit (see `fitting`).
    """
    while True:
        pieces = solve(problem)
        counts = list(exact(pieces))
        over = [(i, j) for (i, j), tokens in zip(pieces, counts, strict=True) if tokens > problem.cap]
        if not over:
            return list(zip(pieces, counts, strict=True))
        for i, j in over:
            problem.first_too_long[i] = min(j, problem.first_too_long.get(i, j))


def solve(problem: Problem) -> list[Piece]:
    """Optimal pieces by the estimated sizes."""
    ends, cuts, begun = _cumulated(problem), problem.cut_costs(), list[float]()
    floors = list(map(add, ends, problem.gaps))

    def last_piece(best: Sequence[float], j: int) -> tuple[float, int]:
        begun.append(best[-1] + cuts[j - 1])
        return _last_piece(problem, ends[j], floors, begun)

    return cheapest(len(problem.tokens), last_piece)


def cheapest(n: int, last_piece: Callable[[Sequence[float], int], tuple[float, int]]) -> list[Piece]:
    """The pieces of n units that cost least together.

    `last_piece(best, j)`, from the lowest costs of the first 0..j-1 units, is that of the first j and where
    their last piece starts.
    """
    best, back = [0.0], [0]
    for j in range(1, n + 1):
        cost, start = last_piece(best, j)
        best.append(cost)
        back.append(start)
    pieces: list[Piece] = []
    while n:
        pieces.append((back[n], n))
        n = back[n]
    return pieces[::-1]


def _cumulated(problem: Problem) -> list[int]:
    """Tokens up to the end of each unit, so that size(i, j) = ends[j] − ends[i] − gaps[i] + prefixes[i]."""
    ends = [0]
    for tokens, gap in zip(problem.tokens, problem.gaps, strict=True):
        ends.append(ends[-1] + tokens + gap)
    return ends


def _last_piece(
    problem: Problem, end: int, floors: Sequence[int], begun: Sequence[float]
) -> tuple[float, int]:
    """Cost of the first units and where their last chunk starts; a single unit is always allowed.

    They end at `end` tokens; one that begins with unit i starts at `floors[i]`, and what is before it costs
    `begun[i]`, the cut included.
    """
    prefixes, scores, nested, limits = (
        problem.prefixes,
        problem.scores,
        problem.nested,
        problem.first_too_long,
    )
    cap, target, minimum = problem.cap, problem.target, problem.minimum
    j = len(begun)
    lowest, choice = math.inf, j - 1
    for i in range(j - 1, -1, -1):
        body = end - floors[i]
        if body > cap and i < j - 1:
            break
        size = body + prefixes[i]
        if i == j - 1 or (size <= cap and (not limits or limits.get(i, j + 1) > j)):
            deviation = size / target - 1.0
            cost = PER_CHUNK + deviation * deviation
            if size < minimum:
                cost += BELOW_MINIMUM * (1.0 - size / minimum)
            cost += begun[i]
            if nested and nested[i] < j:
                cost += BEYOND
            if cost <= lowest:
                lowest, choice = cost, i
        if scores[i] == REQUIRED:
            break
    return lowest, choice


def _cut_cost(score: float, mean: float) -> float:
    if score == FORBIDDEN:
        return AGAINST_LINK
    return 0.0 if score == REQUIRED else WEIGHT * (mean - score)
