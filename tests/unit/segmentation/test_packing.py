"""The optimizer against every possible segmentation."""

import itertools
import math
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.segmentation.packing import BELOW_MINIMUM, PER_CHUNK, Piece, Problem, pack, solve
from services.segmentation.plan import FORBIDDEN, REQUIRED

SCORES = st.sampled_from([0.0, 0.1, 0.4, 0.7, 1.0, REQUIRED, FORBIDDEN])


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n = draw(st.integers(1, 9))
    cap = draw(st.integers(8, 30))
    prefixes = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    target = draw(st.integers(1, cap))
    return Problem(
        tokens=[draw(st.integers(1, cap - prefix)) for prefix in prefixes],
        gaps=draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)),
        prefixes=prefixes,
        scores=draw(st.lists(SCORES, min_size=n, max_size=n)),
        cap=cap,
        target=target,
        minimum=draw(st.integers(0, target)),
    )


def segmentations(n: int) -> Iterator[list[Piece]]:
    for cuts in range(1 << (n - 1)):
        places = [0, *(k for k in range(1, n) if cuts >> (k - 1) & 1), n]
        yield list(itertools.pairwise(places))


def cost(problem: Problem, pieces: Sequence[Piece]) -> float:
    total, cuts = 0.0, problem.cut_costs()
    for i, j in pieces:
        if problem.size((i, j)) > problem.cap or REQUIRED in problem.scores[i + 1 : j]:
            return math.inf
        total += size_cost(problem.size((i, j)), problem.target, problem.minimum) + cuts[i]
    return total


def size_cost(size: int, target: int, minimum: int) -> float:
    below = BELOW_MINIMUM * (1 - size / minimum) if size < minimum else 0.0
    return PER_CHUNK + (size / target - 1) ** 2 + below


@settings(max_examples=400, deadline=None)
@given(problem=problems())
def test_no_segmentation_is_cheaper_than_the_one_found(problem: Problem) -> None:
    found = solve(problem)
    cheapest = min(cost(problem, pieces) for pieces in segmentations(len(problem.tokens)))
    assert cost(problem, found) == pytest.approx(cheapest)


@settings(max_examples=200, deadline=None)
@given(problem=problems(), surplus=st.integers(0, 6))
def test_counts_that_do_not_add_up_never_break_the_cap(problem: Problem, surplus: int) -> None:
    def exact(pieces: Sequence[Piece]) -> list[int]:
        """A tokenizer for which longer texts cost more than their parts."""
        return [problem.size((i, j)) + (surplus if j - i > 1 else 0) for i, j in pieces]

    packed = pack(problem, exact)
    assert next(piece for piece, _ in packed)[0] == 0
    assert all(a[1] == b[0] for (a, _), (b, _) in itertools.pairwise(packed))
    assert packed[-1][0][1] == len(problem.tokens)
    assert all(tokens <= problem.cap for _, tokens in packed)


def even(n: int, *, cap: int, scores: Sequence[float] | None = None, target: int | None = None) -> Problem:
    return Problem([1] * n, [0] * n, [0] * n, scores or [0.4] * n, cap, target or cap)


def test_ties_go_to_the_earliest_cut() -> None:
    problem = Problem([2, 2, 2], [0] * 3, [0] * 3, [0.4] * 3, cap=4, target=4)
    assert solve(problem) == [(0, 1), (1, 3)]


def test_a_better_boundary_wins_over_a_fuller_chunk() -> None:
    scores = [0.1] * 20
    scores[9] = 1.0
    assert solve(even(20, cap=12, scores=scores)) == [(0, 9), (9, 20)]


def test_a_forbidden_cut_is_made_only_when_the_cap_leaves_no_other() -> None:
    linked = [0.4, FORBIDDEN, FORBIDDEN, 0.4]
    assert solve(even(4, cap=3, scores=linked)) == [(0, 3), (3, 4)]
    assert len(solve(even(4, cap=2, scores=linked))) == 2


def test_a_demanded_cut_is_always_made() -> None:
    assert solve(even(4, cap=10, scores=[0.0, 0.0, REQUIRED, 0.0])) == [(0, 2), (2, 4)]


def test_chunks_are_drawn_to_the_target_below_the_cap() -> None:
    sizes = [j - i for i, j in solve(even(100, cap=40, target=10))]
    assert set(sizes) == {10}


def test_a_soft_minimum_joins_a_small_rest_to_its_neighbour() -> None:
    tokens = [8, 1]
    without = Problem(tokens, [0, 0], [0, 0], [0.0, 1.0], cap=10, target=8)
    with_minimum = Problem(tokens, [0, 0], [0, 0], [0.0, 1.0], cap=10, target=8, minimum=4)
    assert solve(with_minimum) == [(0, 2)]
    assert without.minimum == 0
