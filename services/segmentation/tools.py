"""The functions a strategy may ask for. Models and tokenizers reach segmentation only as these."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from models.chunk import Chunk
from models.document import Document
from models.legal import Entity
from models.outline import Outline
from models.span import Span

if TYPE_CHECKING:  # no strategy that embeds nothing loads it
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Counts tokens; `count` takes n texts and gives n counts without special tokens.

    `specials` is what the model adds around any text. `additive` says that white space between two
    pieces neither joins nor changes their tokens, so that sums of counts are exact; `by_length` that a text
    has as many tokens as code points, so that nothing needs counting; `is_slow` that counts are worth
    remembering word by word.
    """

    name: str
    count: Callable[[Sequence[str]], list[int]]
    specials: int = 0
    additive: bool = False
    by_length: bool = False
    is_slow: bool = False

    def by_lines(self, texts: Sequence[str]) -> list[int]:
        """What `count` gives, by sums over lines where they are exact: a line may be known already.

        What is slow remembers words, and needs no lines.
        """
        if self.by_length or self.is_slow or not self.additive:
            return self.count(texts)
        lines = [_LINE.findall(text) for text in texts]
        counts = iter(self.count(list(chain.from_iterable(lines))))
        return [sum(islice(counts, len(found))) for found in lines]

    def sent(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model receives it, special tokens included."""
        return [tokens + self.specials for tokens in self.count(texts)]


class LanguageModel(Protocol):
    """What says how well texts go on."""

    def surprisals(self, text: str, spans: Sequence[Span]) -> list[float]:
        """Of sorted, disjoint spans: −log P of a token on average (nats), the text before it known."""

    def margin(self, before: str, after: str) -> float:
        """P(they belong together) − P(they do not)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What segmentation needs from outside.

    `sentences` takes a text and a span of it, and gives the trimmed, sorted spans of the sentences in there.
    `entities`, where they are asked for, gives the named entities of a text, sorted. `embed`, where the
    options name an embedder, gives a row of length 1 for each of n texts; zeros for one that says nothing.
    `vectors`, where they are asked for, gives those of chunks of a canonical text. `descriptors` are what
    these need open; whoever had the tools made closes them. `language_model` is there where options name one.
    `outline` knows outlines that have been found already.
    """

    tokenizer: Tokenizer
    sentences: Callable[[str, Span], list[Span]]
    entities: Callable[[str], list[Entity]] | None = None
    embed: "Callable[[Sequence[str]], Floats] | None" = None
    vectors: Callable[[str, Sequence[Chunk]], list[list[float]]] | None = None
    descriptors: tuple[int, ...] = ()
    language_model: LanguageModel | None = None
    outline: Callable[[Document], Outline | None] | None = None
