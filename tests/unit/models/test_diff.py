"""A difference says what to do with an index, and doing it gives exactly the newer version (goal D7)."""

from collections.abc import Sequence
from itertools import combinations, pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.diff import Change, compare, entries, longest_rise

IDS = [f"chk_{number}" for number in range(12)]
versions = st.lists(st.sampled_from(IDS), unique=True).map(tuple)


def applied(index: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The index after what docs/api.md tells a reader to do with a difference."""
    listed = entries(before, after)
    gone = {entry.id for entry in listed if entry.change in {Change.REMOVED, Change.MOVED}}
    kept = [key for key in index if key not in gone]
    new = [entry for entry in listed if entry.change in {Change.ADDED, Change.MOVED}]
    for entry in sorted(new, key=lambda entry: entry.after or 0):
        assert entry.after is not None
        kept.insert(entry.after, entry.id)
    return kept


@given(st.lists(versions, min_size=2, max_size=10))
@example([tuple(IDS), (), tuple(IDS)])
@example([tuple(IDS), tuple(reversed(IDS))])
def test_applying_the_differences_one_by_one_gives_exactly_the_last_version(
    history: list[tuple[str, ...]],
) -> None:
    index = list(history[0])
    for before, after in pairwise(history):
        index = applied(index, before, after)
        assert index == list(after)


@given(versions, versions)
def test_the_kinds_are_the_set_differences_and_share_nothing(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    diff = compare(before, after)
    assert set(diff.added) == set(after) - set(before)
    assert set(diff.removed) == set(before) - set(after)
    assert set(diff.moved) | set(diff.unchanged) == set(before) & set(after)
    assert not set(diff.moved) & set(diff.unchanged)
    assert sum(diff.counts().values()) == len(set(before) | set(after))


@given(versions, versions)
def test_unchanged_chunks_keep_their_order_and_as_few_as_possible_move(
    before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    diff = compare(before, after)
    old, new = ([key for key in side if key in diff.unchanged] for side in (before, after))
    assert old == new == list(diff.unchanged)
    common = [before.index(key) for key in after if key in before]
    assert len(diff.unchanged) == longest_by_trying(common)


def longest_by_trying(values: Sequence[int]) -> int:
    """The length of a longest rise, found by looking at every choice of values that may be one."""
    if len(values) > 8:
        best = [1] * len(values)
        for place, value in enumerate(values):
            best[place] += max((best[i] for i in range(place) if values[i] < value), default=0)
        return max(best)
    sizes = range(len(values), 0, -1)
    return next((n for n in sizes if any(rises(chosen) for chosen in combinations(values, n))), 0)


def rises(values: Sequence[int]) -> bool:
    return all(first < second for first, second in pairwise(values))


def test_a_passage_put_in_front_moves_nothing() -> None:
    diff = compare(["a", "b", "c"], ["new", "a", "b", "c"])
    assert (diff.added, diff.moved, diff.unchanged) == (("new",), (), ("a", "b", "c"))


def test_a_passage_brought_from_the_end_to_the_front_is_the_only_one_that_moves() -> None:
    diff = compare(["a", "b", "c", "d"], ["d", "a", "b", "c"])
    assert (diff.moved, diff.unchanged) == (("d",), ("a", "b", "c"))


def test_an_entry_has_its_index_on_both_sides() -> None:
    found = [(entry.change, entry.id, entry.before, entry.after) for entry in entries("abde", "eadc")]
    assert found == [
        (Change.REMOVED, "b", 1, None),
        (Change.ADDED, "c", None, 3),
        (Change.MOVED, "e", 3, 0),
        (Change.UNCHANGED, "a", 0, 1),
        (Change.UNCHANGED, "d", 2, 2),
    ]


@pytest.mark.parametrize(
    ("values", "length"), [([], 0), ([5], 1), ([3, 2, 1], 1), ([0, 8, 4, 12, 2, 10, 6, 14, 1, 9], 4)]
)
def test_a_rise_is_one_and_as_long_as_can_be(values: list[int], length: int) -> None:
    rise = longest_rise(values)
    assert len(rise) == length
    assert rises(rise)
    assert rises([values[place] for place in rise])


def test_a_hundred_thousand_chunks_in_reverse_are_compared_in_a_moment() -> None:
    ids = [str(number) for number in range(100_000)]
    diff = compare(ids, ids[::-1])
    assert (len(diff.moved), len(diff.unchanged)) == (99_999, 1)
