"""Train the network over words on this machine's processor; one core.

`OMP_NUM_THREADS=1 python -m tests.bench.sentences.characters.train --data FOLDER --out FILE --steps 10000
[--all] [--start FILE] [--without NAME …]`. Needs requirements-characters.txt. Without --all a fifth of the
documents is held out.
"""

import argparse
import json
import math
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from tests.bench.sentences.characters.changes import spoiled
from tests.bench.sentences.characters.network import Dropout, Parameters, Tensor, answers, parameters
from tests.bench.sentences.characters.passages import Example, Passage, example_of, is_blank
from tests.bench.sentences.characters.sources import GOLD, SILVER, Document, documents

SEED = 0
BATCH, LENGTH = 4, 512
PIECE = 3000
"""Characters that are spoiled in one way."""
SHUFFLED = 0.25
"""Share of pieces whose sentences come in another order: what ends one does not tell what begins the next."""
PEAK, DECAY, WARM_UP = 2e-3, 0.01, 200
BETAS = (0.9, 0.98)
AVERAGED = 0.998
MARKS_SHARE = 0.2
REPORTED = 200
DROPOUT = Dropout(0.1, 0.1)
_NEWLINE, _SPACE = 10, 32


class Plan(NamedTuple):
    """How long, how fast at most, and where what is learnt so far is kept."""

    steps: int
    peak: float
    out: Path


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--peak", type=float, default=PEAK)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--start", type=Path)
    parser.add_argument("--without", nargs="+", default=[])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    chosen = [
        text
        for text in documents(arguments.data)
        if (arguments.all or not text.held) and text.source not in arguments.without
    ]
    weights = parameters(SEED)
    if arguments.start:
        for name, value in torch.load(arguments.start).items():
            weights[name].data.copy_(value)
    batches = _batches(_stream(chosen, np.random.default_rng(SEED)))
    plan = Plan(arguments.steps, arguments.peak, arguments.out)
    torch.save(_trained(weights, batches, plan), arguments.out)


def _trained(weights: Parameters, batches: Iterator[list[Example]], plan: Plan) -> Parameters:
    """The running mean of the weights after all steps."""
    optimizer = torch.optim.AdamW(weights.values(), lr=plan.peak, betas=BETAS, weight_decay=DECAY, fused=True)
    mean = {name: value.detach().clone() for name, value in weights.items()}
    began, losses = time.monotonic(), []
    for step in range(plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = _rate(plan, step)
        loss = _loss(weights, next(batches))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        with torch.no_grad():
            for name, value in weights.items():
                mean[name].lerp_(value, 1 - min(AVERAGED, (step + 1) / (step + 11)))
        if (step + 1) % REPORTED == 0:
            torch.save(mean, plan.out)
            spent = round((time.monotonic() - began) / 60, 1)
            line = {"steps": step + 1, "minutes": spent, "loss": round(float(np.mean(losses[-REPORTED:])), 4)}
            print(json.dumps(line), flush=True)
    return mean


def _rate(plan: Plan, step: int) -> float:
    """It grows at first, and falls as half a cosine does."""
    fall = (1 + math.cos(math.pi * step / plan.steps)) / 2
    return plan.peak * min(1.0, (step + 1) / WARM_UP) * fall


def _loss(weights: Parameters, batch: Sequence[Example]) -> Tensor:
    rows, labels, marks, used = (torch.from_numpy(np.stack(column)) for column in zip(*batch, strict=True))
    found = answers(weights, rows.long(), DROPOUT)
    ends = torch.nn.functional.binary_cross_entropy_with_logits(found[..., 0], labels, weight=used)
    kinds = torch.nn.functional.cross_entropy(found[..., 1:].flatten(0, 1), marks.long().flatten())
    return ends + MARKS_SHARE * kinds


def _batches(stream: Iterator[Example]) -> Iterator[list[Example]]:
    """Equal windows cut from the stream of words."""
    held: list[Example] = []
    size = 0
    while True:
        while size < BATCH * LENGTH:
            held.append(next(stream))
            size += held[-1].labels.size
        joined = [np.concatenate(column) for column in zip(*held, strict=True)]
        yield [
            Example(*(column[at * LENGTH : (at + 1) * LENGTH] for column in joined)) for at in range(BATCH)
        ]
        held = [Example(*(column[BATCH * LENGTH :] for column in joined))]
        size = held[0].labels.size


def _stream(texts: Sequence[Document], random: np.random.Generator) -> Iterator[Example]:
    """Pieces of texts, each spoiled in its own way; sources by their shares, texts by their length."""
    shares = GOLD | SILVER
    by_source = {name: [text.passage for text in texts if text.source == name] for name in shares}
    names = [name for name, found in by_source.items() if found]
    weights = np.array([shares[name] for name in names])
    while True:
        pool = by_source[names[random.choice(len(names), p=weights / weights.sum())]]
        piece = _piece(pool, random)
        if random.random() < SHUFFLED:
            piece = _shuffled(piece, random)
        yield example_of(*spoiled(piece, random))


def _piece(pool: Sequence[Passage], random: np.random.Generator) -> Passage:
    size, pieces = 0, []
    while size < PIECE // 2:
        sizes = np.minimum([passage.codes.size for passage in pool], 40 * PIECE)
        passage = pool[random.choice(len(pool), p=sizes / sizes.sum())]
        first = int(random.integers(0, max(1, passage.codes.size - PIECE // 2)))
        cut = _whole_words(passage, first, min(first + int(random.integers(500, PIECE)), passage.codes.size))
        pieces.append(cut)
        size += cut.codes.size + 1
    return _joined(pieces, random)


def _shuffled(piece: Passage, random: np.random.Generator) -> Passage:
    """White space before a sentence goes with it; the last one, which the piece may cut, too."""
    edges = np.flatnonzero(np.diff(piece.sentence)) + 1
    parts = [piece.cut(first, last) for first, last in pairwise([0, *edges, piece.codes.size])]
    random.shuffle(parts)
    sizes = [part.codes.size for part in parts]
    return _linked(parts)._replace(sentence=np.repeat(np.arange(len(parts), dtype=np.int32), sizes))


def _linked(parts: Sequence[Passage]) -> Passage:
    return parts[0]._replace(
        codes=np.concatenate([part.codes for part in parts]),
        sentence=np.concatenate([part.sentence for part in parts]),
        mark=np.concatenate([part.mark for part in parts]),
    )


def _whole_words(passage: Passage, first: int, last: int) -> Passage:
    blank = np.flatnonzero(is_blank(passage.codes[first:last])) + first
    if blank.size and first:
        first = int(blank[0])
    if blank.size and last < passage.codes.size and blank[-1] > first:
        last = int(blank[-1])
    return passage.cut(first, last)


def _joined(pieces: Sequence[Passage], random: np.random.Generator) -> Passage:
    """One after the other, with a line end or a space between."""
    parts, offset = [], 0
    for piece in pieces:
        own = piece.sentence - piece.sentence[0] + offset
        parts.append(piece._replace(sentence=own))
        code = np.array([_NEWLINE if random.random() < 0.7 else _SPACE], np.uint32)
        parts.append(piece._replace(codes=code, sentence=own[-1:] + 1, mark=np.zeros(1, np.int32)))
        offset = int(own[-1]) + 1
    return _linked(parts)


if __name__ == "__main__":
    main()
