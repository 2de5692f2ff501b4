"""How long the clustering takes, and how much memory, as documents grow; vectors are given.

`python -m tests.bench.s2.scale [--blocks 500 2000 6000 50000]`: one JSON object a size, in a process of its
own each: seconds of processor time and the most memory beyond what was there before, in MB.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.document import Block, Document, Page
from models.geometry import Box
from models.span import Span
from models.words import Word, pack_words
from services.segmentation.s2.planning import planned
from services.segmentation.tools import Tokenizer

A_PAGE, WIDTH = 25, 64
"""Blocks of a page, and numbers of a vector: those of the specification's own table."""


def made(count: int) -> Document:
    """Two columns of short blocks, a heading on every fourth page."""
    blocks, words, parts, start = [], [], [], 0
    for at in range(count):
        place, page = at % A_PAGE, at // A_PAGE + 1
        column, row = divmod(place, (A_PAGE + 1) // 2)
        text = f"block {at} of the page {page}."
        left, top = 50.0 + 260 * column, 60.0 + 50 * row
        span = Span(start, start + len(text))
        words.append(Word(span, page, Box(left, top, left + 240, top + 10)))
        blocks.append(Block(span, page=page))
        parts.append(text)
        start += len(text) + 2
    text = "\n\n".join(parts)
    pages = tuple(Page(n, 600, 800, Span(0, len(text))) for n in range(1, count // A_PAGE + 2))
    return Document(text, "application/pdf", "0" * 64, tuple(blocks), pages, pack_words(words))


def vectors(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Of topics that last about twenty blocks."""
    chance = np.random.default_rng(1)
    topics = np.repeat(chance.normal(size=(len(texts) // 20 + 1, WIDTH)), 20, axis=0)[: len(texts)]
    found = (topics + chance.normal(size=topics.shape)).astype(np.float32)
    normed: npt.NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
    return normed


def measure(count: int, mode: str) -> None:
    """One size; printed."""
    document = made(count)
    rows = vectors([""] * count)
    tokenizer = Tokenizer("words", lambda texts: [len(text.split()) * 12 for text in texts])
    planned(made(50), mode, 512, tokenizer, vectors)
    before, began = _peak(), time.process_time()
    plan = planned(document, mode, 512, tokenizer, lambda _: rows)
    seconds = time.process_time() - began
    flows = {"blocks": count, "mode": mode, "flows": len(plan.flows)}
    print(json.dumps({**flows, "seconds": round(seconds, 3), "mb": round(_peak() - before, 1)}), flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Every size in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, nargs="+", default=(500, 2000, 6000, 50_000))
    parser.add_argument("--modes", nargs="+", default=("ordered", "spectral"))
    parser.add_argument("--one", action="store_true")
    arguments = parser.parse_args()
    for mode in arguments.modes:
        for count in arguments.blocks:
            if arguments.one:
                measure(count, mode)
            else:
                own = ["--one", "--blocks", str(count), "--modes", mode]
                subprocess.run([sys.executable, "-m", "tests.bench.s2.scale", *own], check=True)


if __name__ == "__main__":
    main()
