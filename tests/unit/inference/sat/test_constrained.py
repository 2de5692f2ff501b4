"""Sentences of bounded length against every way to cut, by the published formula at every character."""

import itertools
import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import InvalidOptions
from services.inference.sat import constrained
from services.inference.sat.characters import Boundary
from services.inference.sat.constrained import LEAST, likeliest
from services.inference.sat.lengths import Lengths, Prior

PROBABILITIES = st.lists(st.floats(1e-6, 0.999) | st.just(0.0), min_size=1, max_size=9)


@st.composite
def bounds(draw: st.DrawFn) -> Lengths:
    maximum = draw(st.integers(1, 9))
    minimum = draw(st.integers(1, maximum))
    return Lengths(
        maximum, minimum, draw(st.sampled_from(Prior)), draw(st.integers(1, 9)), draw(st.integers(1, 5))
    )


def prior(length: int, lengths: Lengths) -> float:
    """As published, not its logarithm; sigma and mode of the lognormal one as in our specification."""
    target, spread = lengths.target, lengths.spread
    match lengths.prior:
        case Prior.UNIFORM:
            return 1.0
        case Prior.GAUSSIAN:
            return math.exp(-0.5 * ((length - target) / spread) ** 2)
        case Prior.POLYNOMIAL:
            return max(1 - ((length - target) / spread) ** 2, 0.0)
        case Prior.LOGNORMAL:
            sigma = spread / target
            mean = math.log(target) + sigma**2
            return math.exp(-0.5 * ((math.log(length) - mean) / sigma) ** 2) / length


def score(probabilities: list[float], ends: list[int], lengths: Lengths) -> float:
    """Σ log prior(length) + Σ log p(end) of a text of that many characters; -inf if it is not allowed."""
    total = 0.0
    for start, end in itertools.pairwise([0, *ends]):
        found = prior(end - start, lengths)
        if not lengths.minimum <= end - start <= lengths.maximum or found <= 0:
            return -math.inf
        total += math.log(found)
        if end < len(probabilities):
            total += math.log(max(probabilities[end - 1], LEAST))
    return total


def cuts(probabilities: list[float], lengths: Lengths) -> list[int]:
    size = len(probabilities)
    inner = [Boundary(end, end, p) for end, p in enumerate(probabilities[:-1], 1)]
    chosen = list(likeliest([Boundary(0, 0, 1.0), *inner, Boundary(size, size, 1.0)], lengths))
    assert chosen[0].end == 0
    return [boundary.end for boundary in chosen[1:]]


def ways(size: int) -> list[list[int]]:
    return [
        [*inner, size] for count in range(size) for inner in itertools.combinations(range(1, size), count)
    ]


@settings(max_examples=400, deadline=None)
@given(probabilities=PROBABILITIES, lengths=bounds())
def test_no_way_to_cut_is_likelier(probabilities: list[float], lengths: Lengths) -> None:
    best = max(score(probabilities, way, lengths) for way in ways(len(probabilities)))
    found = cuts(probabilities, lengths)
    if best > -math.inf:
        assert score(probabilities, found, lengths) == pytest.approx(best)
    assert all(end - start <= lengths.maximum for start, end in itertools.pairwise([0, *found]))


@settings(max_examples=200, deadline=None)
@given(probabilities=PROBABILITIES, lengths=bounds(), required=st.sets(st.integers(1, 8)))
def test_what_is_required_is_cut_at(probabilities: list[float], lengths: Lengths, required: set[int]) -> None:
    size = len(probabilities)
    inner = [Boundary(end, end, p, end in required) for end, p in enumerate(probabilities[:-1], 1)]
    chosen = likeliest([Boundary(0, 0, 1.0), *inner, Boundary(size, size, 1.0)], lengths)
    assert {end for end in required if end < size} <= {boundary.end for boundary in chosen}


def test_what_is_settled_early_is_what_would_be_settled_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(0)
    inner = [Boundary(end, end, random.choice([1e-5, 1e-4, 0.01, 0.4])) for end in range(1, 5000)]
    boundaries = [Boundary(0, 0, 1.0), *inner, Boundary(5000, 5000, 1.0)]
    lengths = Lengths(40, 5, Prior.GAUSSIAN, 20, 8)
    whole = list(likeliest(boundaries, lengths))
    monkeypatch.setattr(constrained, "HELD", 2000)
    assert list(likeliest(boundaries, lengths)) == whole


def test_white_space_counts_for_no_sentence() -> None:
    boundaries = [Boundary(0, 2, 1.0), Boundary(7, 9, 0.1), Boundary(14, 20, 0.9), Boundary(24, 24, 1.0)]
    assert [each.end for each in likeliest(boundaries, Lengths(12))] == [0, 14, 24]
    assert [each.end for each in likeliest(boundaries, Lengths(11))] == [0, 7, 14, 24]


def test_without_any_end_a_text_is_cut_at_the_maximum() -> None:
    boundaries = [Boundary(0, 0, 1.0), Boundary(25, 25, 1.0)]
    assert [each.end for each in likeliest(boundaries, Lengths(10))] == [0, 10, 20, 25]


def test_the_target_is_the_likeliest_length() -> None:
    for kind in (Prior.GAUSSIAN, Prior.POLYNOMIAL, Prior.LOGNORMAL):
        assert Lengths(200, 1, kind, 63, 53).log_prior().argmax() == 63


@pytest.mark.parametrize("sizes", [(0, 1), (3, 4), (5, 0)])
def test_impossible_lengths_are_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(InvalidOptions):
        Lengths(*sizes)
