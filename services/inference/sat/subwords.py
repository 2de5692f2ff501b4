"""Subwords: ids for the network, and the places in the text where they end."""

import re
from typing import Any, NamedTuple, Self

import numpy as np

from models.errors import ModelError
from services.inference.boundaries.arrays import Bools, Longs
from services.inference.sat.gaps import Gaps

_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which UTF-8 cannot say."""
_BEGIN, _END, _PADDING, _UNKNOWN = "<s>", "</s>", "<pad>", "<unk>"


class Tokens(NamedTuple):
    """Columns of consecutive subwords."""

    ids: Longs
    ends: Longs
    """Code point after the last one of each; -1 where no sentence can end."""
    following: Longs
    """The next code point that is not white space."""

    @classmethod
    def joined(cls, parts: "list[Tokens]") -> Self:
        """All of them."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def part(self, first: int, last: int | None = None) -> "Tokens":
        """Some of them."""
        return Tokens(*(column[first:last] for column in self))


NONE = Tokens(*(np.zeros(0, np.int64) for _ in Tokens._fields))


class Subwords:
    """A tokenizer.json of XLM-R's kind."""

    def __init__(self, data: bytes) -> None:
        """ModelError."""
        import tokenizers  # noqa: PLC0415 - 30 ms

        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_buffer(data)
        except Exception as error:  # the library raises plain Exception for any bad file
            raise ModelError("The network's tokenizer.json cannot be read.") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.begin, self.end, self.padding = (self._id(name) for name in (_BEGIN, _END, _PADDING))
        self._unknown = self._id(_UNKNOWN)

    def of(self, text: str, gaps: Gaps) -> Tokens:
        """The subwords of a piece, shown as a text of the same length."""
        encoding = self._tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        starts, stops = np.array(encoding.offsets, np.int64).reshape(-1, 2).T
        ends, following = gaps.ends(stops, _own_stops(starts, stops))
        ids = np.array(encoding.ids, np.int64)
        ids[np.isin(ids, (self.begin, self.end, self.padding))] = self._unknown  # "<pad>" in a text is text
        return Tokens(ids, ends, following)

    def _id(self, name: str) -> int:
        found = self._tokenizer.token_to_id(name)
        if found is None:
            raise ModelError(f"The network's tokenizer knows no {name}.")
        return int(found)


def _own_stops(starts: Longs, stops: Longs) -> Bools:
    """Whether no later subword has a part of what comes before the stop."""
    own = stops > starts
    own[:-1] &= starts[1:] >= stops[:-1]
    return own
