"""Texts of about the same length together: little of a batch is padding."""

from collections.abc import Iterator, Sequence

_FULL = 0.9
"""Texts shorter than this share of the longest one of a batch go into another."""


def batches(sizes: Sequence[int], at_once: int, specials: int) -> Iterator[list[int]]:
    """Indices of texts, the longest first; a batch has at most `at_once` subwords, specials included.

    `sizes` are without the `specials` of each text. One text alone may have more than that.
    """
    batch: list[int] = []
    for i in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        longest = sizes[batch[0]] if batch else 0
        if batch and ((len(batch) + 1) * (longest + specials) > at_once or sizes[i] < _FULL * longest):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
