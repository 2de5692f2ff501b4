"""What changed between two chunk sets of a document, told by the ids of their chunks.

A chunk's id comes from what it says, so an edited passage is one chunk removed and one added. Chunks in
both sets are unchanged as long as they keep their order among themselves, whatever was added or removed
around them and whatever index or page that gave them. Those that left that order have moved: the fewest
possible, so that the unchanged ones are a longest common subsequence of both sets.

Applied to an index that holds the first set in order: take out `removed` and `moved`, then put `added` and
`moved` in at their new indices, the lowest first. What results is exactly the second set in order.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What became of a chunk."""

    REMOVED = "removed"
    ADDED = "added"
    MOVED = "moved"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Entry:
    """One chunk with its index before and after; None where it is not."""

    change: Change
    id: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Diff:
    """Ids by what became of them: `removed` in the old order, the others in the new one."""

    removed: tuple[str, ...]
    added: tuple[str, ...]
    moved: tuple[str, ...]
    unchanged: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """How many chunks of each kind."""
        return {change.value: len(getattr(self, change.value)) for change in Change}


def compare(before: Sequence[str], after: Sequence[str]) -> Diff:
    """The difference of two chunk sets, each given as its ids in order; no id twice in a set."""
    old = {key: index for index, key in enumerate(before)}
    new = set(after)
    common = [key for key in after if key in old]
    kept = {common[place] for place in longest_rise([old[key] for key in common])}
    return Diff(
        removed=tuple(key for key in before if key not in new),
        added=tuple(key for key in after if key not in old),
        moved=tuple(key for key in common if key not in kept),
        unchanged=tuple(key for key in common if key in kept),
    )


def entries(before: Sequence[str], after: Sequence[str]) -> list[Entry]:
    """The difference chunk by chunk: the kinds in the order of `Change`, each in its own order."""
    diff = compare(before, after)
    old = {key: index for index, key in enumerate(before)}
    new = {key: index for index, key in enumerate(after)}
    return [
        Entry(change, key, old.get(key), new.get(key))
        for change in Change
        for key in getattr(diff, change.value)
    ]


def longest_rise(values: Sequence[int]) -> list[int]:
    """Places of a longest strictly increasing subsequence of distinct values, in O(n log n)."""
    tails: list[int] = []  # the smallest value that ends a rise of each length
    places: list[int] = []  # where that value stands
    before: list[int] = []  # of each place, the one before it in its rise; -1 at the start
    for place, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(places[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        places[length : length + 1] = [place]
    rise: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        rise.append(place)
        place = before[place]
    return rise[::-1]
