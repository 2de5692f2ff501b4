"""Which chunks a search gives first: by words (BM25) or by the meaning that an embedder sees (cosine)."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from services.inference.embedding.engines import embedding_of
from tests.bench.retrieval.store import Store

Floats = npt.NDArray[np.float32]
Embed = Callable[[Sequence[str]], Floats]
Embeds = Callable[[str], Embed]
"""An embedder of ours by name."""
Top = Callable[[str, int], list[int]]
"""A query and a number → the indices of the best texts."""
Index = Callable[[Sequence[str]], Top]
MODELS = Path("no-models-here")
AT_ONCE = 512


def by_words(retrieval: Any) -> Index:
    """BM25 of the scorers."""
    return lambda texts: retrieval.BM25(texts).top


def by_meaning(embed: Embed) -> Index:
    """Cosine of vectors of length 1; ties go to the first."""

    def index(texts: Sequence[str]) -> Top:
        vectors = embed(texts)

        def top(query: str, most: int) -> list[int]:
            order = np.argsort(-(vectors @ embed([query])[0]), kind="stable")
            return [int(i) for i in order[:most]]

        return top

    return index


def shipped(name: str) -> Embed:
    """As Kerf has it."""
    return embedding_of(name, MODELS)


def remembered(name: str, store: Store) -> Embed:
    """The same, each text read but once."""
    embed = shipped(name)

    def remembering(texts: Sequence[str]) -> Floats:
        keys = [f"{name}/{sha256(text.encode()).hexdigest()}" for text in texts]
        held = {key: store.get(key) for key in dict.fromkeys(keys)}
        new = {key: text for key, text in zip(keys, texts, strict=True) if held[key] is None}
        for start in range(0, len(new), AT_ONCE):
            part = list(new)[start : start + AT_ONCE]
            made = {
                key: row.tobytes() for key, row in zip(part, embed([new[key] for key in part]), strict=True)
            }
            store.put(made)
            held.update(made)
        return np.frombuffer(b"".join(held[key] or b"" for key in keys), np.float32).reshape(len(keys), -1)

    return remembering
