"""All that is learnt from texts: the usage of words, the first look and the trees."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.inference.boundaries.arrays import Bools, Bytes, Floats, Hashes
from services.inference.boundaries.features import stacked
from services.inference.boundaries.usage import Usage
from tests.bench.sentences.data import LAWS, LEGAL, MADE, SEED, Labelled
from tests.bench.sentences.trees import Looks, glance_of, trees_of
from tests.bench.sentences.usages import Counted, usage_of

LEGAL_WEIGHT, MADE_WEIGHT = 2.0, 1.0
EASY, EASY_SHARE = (0.03, 0.985), 0.3
"""Of candidates that the first look is sure of, only this share is looked at, each for several."""


@dataclass(frozen=True)
class Fitted:
    """What was learnt."""

    words: Hashes
    ratios: Bytes
    looks: Looks

    def probabilities(self, text: Labelled) -> Floats:
        """Of the candidates of a text."""
        return self.looks.probabilities(text.cells, _rows(text, Usage(self.words, self.ratios)))


def fitted(texts: Sequence[Labelled], unlabelled: Sequence[Counted], *, rounds: int, leaves: int) -> Fitted:
    """From the texts that may be trained on; the same texts give the same answers."""
    free = [text for text in texts if text.free and text.labels.size]
    plain = [text.counted for text in free if text.variant == "plain" and not text.name.startswith(MADE)]
    words, ratios = usage_of([*plain, *unlabelled])
    usage = Usage(words, ratios)
    weights = [np.full(text.labels.size, _weight(text), np.float32) for text in free]
    labels = np.concatenate([text.labels for text in free])
    glance = glance_of(np.concatenate([text.cells for text in free], 1), labels, np.concatenate(weights))
    draw = np.random.default_rng(SEED)
    chosen = [_chosen(glance.probabilities(text.cells), glance.keeps(text.cells), draw) for text in free]
    trees = trees_of(
        np.concatenate([_rows(text, usage)[kept] for text, (kept, _) in zip(free, chosen, strict=True)]),
        np.concatenate([text.labels[kept] for text, (kept, _) in zip(free, chosen, strict=True)]),
        np.concatenate([all_[kept] * some for all_, (kept, some) in zip(weights, chosen, strict=True)]),
        rounds=rounds,
        leaves=leaves,
    )
    return Fitted(words, ratios, Looks(glance, trees))


def _weight(text: Labelled) -> float:
    if text.name.startswith(MADE):
        return MADE_WEIGHT
    return LEGAL_WEIGHT if text.name in (*LEGAL, *LAWS) else 1.0


def _rows(text: Labelled, usage: Usage) -> Floats:
    return np.concatenate([text.rows, stacked(usage.columns(text.words))], 1)


def _chosen(probabilities: Floats, kept: Bools, draw: np.random.Generator) -> tuple[Bools, Floats]:
    """Which candidates are looked at, and for how many each of them stands."""
    low, high = EASY
    easy = (probabilities < low) | (probabilities > high)
    chosen = kept & (~easy | (draw.random(easy.size) < EASY_SHARE))
    return chosen, np.where(easy, 1 / EASY_SHARE, 1.0)[chosen].astype(np.float32)
