"""Topics: the cheapest segments there are, by trying all; costs by their definition."""

from collections.abc import Iterator
from itertools import pairwise
from math import lgamma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.segmentation.boundaries.vectors import Vectors
from services.segmentation.topic import material, said, wording
from services.segmentation.topic.costs import blocks
from services.segmentation.topic.material import Material, facts_of
from services.segmentation.topic.said import Doubles, said_in
from services.segmentation.topic.segments import cheapest, levels_of
from services.segmentation.topic.wording import CONCENTRATION

WORDS = ["lease", "rent", "orbit", "comet", "wheat", "and"]
MANY = 300


def vectors(rows: Doubles) -> Vectors:
    return Vectors(rows.astype(np.float32), np.arange(len(rows)))


def random_material(n: int, seed: int) -> Material:
    drawn = np.random.default_rng(seed)
    rows = drawn.normal(size=(n, 4))
    texts = [" ".join(drawn.choice(WORDS, size=drawn.integers(0, 5))) for _ in range(n)]
    return facts_of(vectors(rows / np.linalg.norm(rows, axis=1, keepdims=True)), said_in(texts)).material


def cost_table(units: Material, most: int) -> Doubles:
    found = np.full((len(units) + 1, len(units) + 1), np.inf)
    for block in blocks(units, most):
        rows, columns = block.costs.shape
        found[block.low : block.low + columns, block.first + 1 : block.first + 1 + rows] = block.costs.T
    return found


def all_ways(n: int, most: int) -> Iterator[list[int]]:
    if n == 0:
        yield []
    for size in range(1, min(most, n) + 1):
        yield from ([*starts, n - size] for starts in all_ways(n - size, most))


@given(st.integers(2, 9), st.integers(1, 9), st.integers(0, 1000), st.floats(0.5, 20))
def test_no_other_segments_are_cheaper(n: int, most: int, seed: int, penalty: float) -> None:
    drawn = random_material(n, seed)
    table = cost_table(drawn, n)

    def cost(starts: list[int]) -> float:
        return sum(float(table[a, b]) + penalty for a, b in pairwise([*starts, n]))

    found = cheapest(drawn, np.full(n, penalty), most)
    assert cost(found) == pytest.approx(min(cost(other) for other in all_ways(n, most)))


def test_costs_do_not_depend_on_where_blocks_end() -> None:
    drawn = random_material(MANY, 1)
    whole, narrow = cost_table(drawn, MANY), cost_table(drawn, 40)
    near = np.isfinite(narrow)
    assert near.sum() == 40 * MANY - 40 * 39 // 2
    assert np.allclose(whole[near], narrow[near], atol=1e-5)


def test_words_cost_what_a_dirichlet_compound_multinomial_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(said, "COMMON", 1.0)
    texts = ["lease rent", "lease", "orbit comet", "orbit comet rent", "comet"]
    rows = np.zeros((len(texts), 2))
    table = cost_table(facts_of(vectors(rows), said_in(texts)).material, len(texts))
    uses_of = [text.split() for text in texts]
    prior = {word: CONCENTRATION * sum(t.count(word) for t in uses_of) / 9 for word in WORDS}

    def expected(start: int, end: int) -> float:
        uses = [word for words in uses_of[start:end] for word in words]
        total = lgamma(CONCENTRATION + len(uses)) - lgamma(CONCENTRATION)
        return total - sum(lgamma(prior[w] + uses.count(w)) - lgamma(prior[w]) for w in set(uses))

    alone = [expected(i, i + 1) - table[i, i + 1] for i in range(len(texts))]
    for start in range(len(texts)):
        for end in range(start + 1, len(texts) + 1):
            assert table[start, end] + sum(alone[start:end]) == pytest.approx(expected(start, end), abs=1e-4)


def test_levels_are_nested() -> None:
    levels = levels_of(random_material(MANY, 2), np.full(MANY, 0.5))
    assert set(levels.topics) <= set(levels.parts)
    assert len(levels.parts) > len(levels.topics) > levels.groups[-1] + 1 > 1
    assert levels.groups == sorted(levels.groups)
    assert all(0 <= gain <= 1 for gain in levels.gains)


def test_what_is_akin_throughout_must_gain_more() -> None:
    lease = said_in(["lease"] * 8)
    apart, akin = np.eye(8), np.ones((8, 8)) / np.sqrt(8)
    assert facts_of(vectors(akin), lease).penalty > 2 * facts_of(vectors(apart), lease).penalty


def test_what_is_known_does_not_depend_on_how_much_is_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = random_material(MANY, 3)
    levels = levels_of(whole, np.full(MANY, 0.5))
    for module, name in (
        (material, "AT_ONCE"),
        (material, "SEGMENTS"),
        (said, "AT_ONCE"),
        (wording, "AT_ONCE"),
    ):
        monkeypatch.setattr(module, name, 7)
    little = random_material(MANY, 3)
    assert np.allclose(little.rows.between(0, MANY), whole.rows.between(0, MANY), atol=1e-12)
    assert (little.wording.words == whole.wording.words).all()
    assert little.scale == pytest.approx(whole.scale)
    assert levels_of(little, np.full(MANY, 0.5)) == levels


def test_words_are_those_of_each_unit_alone() -> None:
    texts = ["Den Straßen, den STRASSEN.", "", "\u2028x1y\x1cab12", "東京へ行く ΟΔΟΣ", "İstanbul’s"]
    found = said_in(texts)
    uses = [(int(unit), found.forms[word]) for unit, word in zip(found.of, found.words, strict=True)]
    assert uses == [
        (unit, word) for unit, text in enumerate(texts) for word in said.WORD.findall(text.lower())
    ]
    stems = {form: int(stem) for form, stem in zip(found.forms, found.stems, strict=True)}
    assert all((stems[a] == stems[b]) == (a[: said.STEM] == b[: said.STEM]) for a in stems for b in stems)
