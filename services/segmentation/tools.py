"""The functions a strategy may ask for. Models and tokenizers reach segmentation only as these."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.span import Span


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """Counts tokens; `count` takes n texts and gives n counts without special tokens.

    `specials` is what the model adds around any text. `additive` says that white space between two
    pieces neither joins nor changes their tokens, so that sums of counts are exact.
    """

    name: str
    count: Callable[[Sequence[str]], list[int]]
    specials: int = 0
    additive: bool = False

    def sent(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model receives it, special tokens included."""
        return [tokens + self.specials for tokens in self.count(texts)]


@dataclass(frozen=True, slots=True)
class Tools:
    """What segmentation needs from outside.

    `sentences` takes a text and a span of it, and gives the trimmed, sorted spans of the sentences in there.
    """

    tokenizer: Tokenizer
    sentences: Callable[[str, Span], list[Span]]
