"""Documents of all sets together: how much better one way is than another, resampled by document."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

DRAWS, SEED = 10_000, 7
MEASURES = ("nmi", "boundary_f1")

Scores = Sequence[Mapping[str, float]]
"""Of one way, document by document."""


def compared(ways: Mapping[str, Scores], first: str) -> Iterator[dict[str, object]]:
    """For each other way by how much the mean of the first is higher, as a share, with 95 % of the draws."""
    for name, others in ways.items():
        if name == first:
            continue
        found: dict[str, object] = {"chunker": first, "against": name, "documents": len(others)}
        for measure in MEASURES:
            own = np.array([row[measure] for row in ways[first]])
            other = np.array([row[measure] for row in others])
            drawn = np.random.default_rng(SEED).integers(len(own), size=(DRAWS, len(own)))
            gains = own[drawn].mean(axis=1) / np.maximum(other[drawn].mean(axis=1), 1e-9) - 1
            low, high = np.quantile(gains, (0.025, 0.975))
            gain = own.mean() / max(other.mean(), 1e-9) - 1
            found[measure] = [round(float(value), 3) for value in (gain, low, high)]
            found[f"{measure}_won"] = int((own > other + 1e-9).sum()), int((own < other - 1e-9).sum())
        yield found
