"""The network: hashed words and shapes, wider and wider convolutions over words, two answers a word."""

from typing import Any, NamedTuple

import torch

from services.inference.characters.features import COLUMNS, HASHED, SHAPED
from tests.bench.sentences.characters.passages import MARKS

WORDS, SHAPES, WIDTH = 64, 32, 128
LAYERS = ((5, 1), (3, 2), (3, 4), (3, 8), (3, 16), (3, 1))
"""Words that each convolution takes in, and the steps between them."""
REACH = sum(size // 2 * step for size, step in LAYERS)
"""Words on each side that a word's answer hangs on."""
HASHES = len(HASHED)

Tensor = Any
Parameters = dict[str, Tensor]


class Dropout(NamedTuple):
    """Shares that are left out in training."""

    words: float
    inner: float


def parameters(seed: int) -> Parameters:
    """Fresh ones."""
    source = torch.Generator().manual_seed(seed)

    def normal(*shape: int, scale: float) -> Tensor:
        return (torch.randn(*shape, generator=source) * scale).requires_grad_()

    made = {
        "words": normal(sum(HASHED), WORDS, scale=0.3),
        "shapes": normal(sum(SHAPED), SHAPES, scale=0.3),
        "in": normal(WORDS + SHAPES, WIDTH, scale=(WORDS + SHAPES) ** -0.5),
        "out": normal(WIDTH, 1 + MARKS, scale=0.02),
        "out_bias": torch.zeros(1 + MARKS, requires_grad=True),
        "gain": torch.ones(WIDTH, requires_grad=True),
    }
    for number, (size, _) in enumerate(LAYERS):
        made[f"gain_{number}"] = torch.ones(WIDTH, requires_grad=True)
        made[f"mix_{number}"] = normal(size * WIDTH, WIDTH, scale=(size * WIDTH) ** -0.5)
        made[f"bias_{number}"] = torch.zeros(WIDTH, requires_grad=True)
        made[f"back_{number}"] = normal(WIDTH, WIDTH, scale=0.5 * WIDTH**-0.5)
    return made


def answers(weights: Parameters, rows: Tensor, dropout: Dropout | None = None) -> Tensor:
    """[texts, words, COLUMNS] → [texts, words, 1 + MARKS] logits: of a boundary, and of what followed."""
    hashed, shaped = rows[..., :HASHES], rows[..., HASHES:COLUMNS]
    words = torch.nn.functional.embedding(hashed, weights["words"])
    if dropout:
        kept = torch.rand(hashed.shape) >= dropout.words
        words = words * kept.unsqueeze(-1)
    shapes = torch.nn.functional.embedding(shaped, weights["shapes"])
    state = torch.cat([words.sum(2), shapes.sum(2)], -1) @ weights["in"]
    for number, (size, step) in enumerate(LAYERS):
        seen = torch.nn.functional.rms_norm(state, (WIDTH,), weights[f"gain_{number}"])
        near = _around(seen, size, step)
        found = torch.relu(near @ weights[f"mix_{number}"] + weights[f"bias_{number}"])
        if dropout:
            found = found * _kept(found, dropout.inner)
        state = state + found @ weights[f"back_{number}"]
    last = torch.nn.functional.rms_norm(state, (WIDTH,), weights["gain"])
    return last @ weights["out"] + weights["out_bias"]


def _kept(state: Tensor, share: float) -> Tensor:
    """Channels that are left out of a whole text."""
    return (torch.rand(state.shape[0], 1, WIDTH) >= share) / (1 - share)


def _around(state: Tensor, size: int, step: int) -> Tensor:
    """Each word beside its neighbours; zeros beyond the ends."""
    reach = size // 2 * step
    padded = torch.nn.functional.pad(state, (0, 0, reach, reach))
    length = state.shape[1]
    return torch.cat([padded[:, at * step : at * step + length] for at in range(size)], -1)
