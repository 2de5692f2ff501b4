"""A language model that is loaded, and what it says of a text."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.errors import ModelError
from models.span import Span
from services.inference.boundaries.arrays import Longs
from services.inference.language_models.network import Network

_QUESTION = (
    "Two passages follow one another in a document. Should a reader find them apart or together?\n"
    "First passage: {before}\nSecond passage: {after}\n"
    "1: apart, they are about different matters.\n2: together, the second goes on with the first.\n"
    "Answer: "
)
_SHARE = 3
"""The end of the first passage and the start of the second take up to a third of what is read at once."""


class TokenModel:
    """ModelError where the network fails."""

    def __init__(self, network: Network, tokenizer: Any) -> None:
        """`tokenizer` is one of the library of that name."""
        self._network = network
        self._tokenizer = tokenizer

    def surprisals(self, text: str, spans: Sequence[Span]) -> list[float]:
        """Mean surprise of a token (nats) in each span, the text before it known: the log of its perplexity.

        Nan of a span without a token; the first token of a text is not counted.
        """
        encoding = self._encoded(text)
        surprises = self._network.surprises(np.array(encoding.ids, np.int64))
        last_points = np.array([max(start, end - 1) for start, end in encoding.offsets], np.int64)
        owner = np.searchsorted([span.start for span in spans], last_points, side="right") - 1
        counted = (owner >= 0) & ~np.isnan(surprises)
        sums = np.bincount(owner[counted], surprises[counted], len(spans))
        counts = np.bincount(owner[counted], minlength=len(spans))
        return [float(total / many) if many else math.nan for total, many in zip(sums, counts, strict=True)]

    def margin(self, before: str, after: str) -> float:
        """P(they belong together) − P(they do not), as the model answers a question about both."""
        most = self._network.longest // _SHARE
        shown = {"before": self._cut(before, -most, None), "after": self._cut(after, 0, most)}
        asked = _QUESTION.format(**shown)
        apart, together = (self._encoded(asked + answer).ids for answer in "12")
        same = next((i for i, (a, b) in enumerate(zip(apart, together, strict=False)) if a != b), 0)
        if not same:
            raise ModelError("The tokenizer of the language model does not tell 1 from 2.")
        answers: Longs = np.array([apart[same], together[same]], np.int64)
        surprises = self._network.next_surprises(np.array(apart[:same], np.int64), answers)
        return math.exp(-surprises[1]) - math.exp(-surprises[0])

    def _cut(self, text: str, first: int, last: int | None) -> str:
        """Some of the text's tokens, as they stand in it."""
        offsets = self._encoded(text).offsets[first:last]
        return text[offsets[0][0] : offsets[-1][1]] if offsets else ""

    def _encoded(self, text: str) -> Any:
        return self._tokenizer.encode(text, add_special_tokens=False)
