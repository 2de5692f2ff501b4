"""Texts as the ids of their subwords, special ones around them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from models.errors import ModelError
from services.inference.boundaries.arrays import Longs

_PADDINGS = ("[PAD]", "<pad>")


class Placed(NamedTuple):
    """Subwords of a whole text without special ones: ids, and the code points where they begin, in order."""

    ids: list[int]
    starts: Longs


class Subwords:
    """A tokenizer.json; `most` is how many subwords of a text are read, special ones included."""

    def __init__(self, data: bytes, most: int) -> None:
        """ModelError."""
        import tokenizers  # noqa: PLC0415 - 30 ms, and only where texts are embedded

        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_buffer(data)
        except Exception as error:  # the library raises plain Exception for any bad file
            raise ModelError("The embedder's tokenizer.json cannot be read.") from error
        self.most = most
        self.padding = self._padding()
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(most)
        encoding = self._tokenizer.encode("a")
        own = [place for place, special in enumerate(encoding.special_tokens_mask) if not special]
        if not own:
            raise ModelError("The embedder's tokenizer knows no letters.")
        self.before, self.after = encoding.ids[: own[0]], encoding.ids[own[-1] + 1 :]

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """What of each text the network reads."""
        return [found.ids for found in self._tokenizer.encode_batch_fast(list(texts))]

    def whole(self, text: str) -> Placed:
        """All of a text, however long it is."""
        encoding = self._uncut.encode(text, add_special_tokens=False)
        starts = np.array([start for start, _ in encoding.offsets], np.int64)
        return Placed(encoding.ids, np.maximum.accumulate(starts))

    @cached_property
    def _uncut(self) -> Any:
        import tokenizers  # noqa: PLC0415 - as above

        copy = tokenizers.Tokenizer.from_str(self._tokenizer.to_str())
        copy.no_truncation()
        return copy

    def _padding(self) -> int:
        declared: dict[str, Any] | None = self._tokenizer.padding
        if declared is not None:
            return int(declared["pad_id"])
        known = (self._tokenizer.token_to_id(name) for name in _PADDINGS)
        return next((found for found in known if found is not None), 0)
