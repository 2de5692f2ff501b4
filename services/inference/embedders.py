"""The embedders that one document asks for: in this process, or in the one that computes for all."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import KerfError, ModelUnavailable
from models.span import Span
from services.inference.embedding.engines import STATIC, embedding_of, late_of
from services.inference.serving.client import Connection

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

Embed = Callable[[Sequence[str]], "Floats"]
Late = Callable[[str, Sequence[Span]], "Floats"]


class Embedders:
    """`inference`: where the process listens that computes for all. It is asked over one connection.

    The static table is looked up here: that takes less than asking.
    """

    def __init__(self, models: Path, inference: Path | None) -> None:
        self._models = models
        self._inference = inference
        self._connection: Connection | None = None

    def embed(self, name: str, pointer: str) -> Embed:
        """One row of length 1 a text; ModelUnavailable at `pointer`, ModelError, Unavailable."""
        with self._closing(pointer):
            if self._inference is None or name == STATIC:
                return embedding_of(name, self._models)
            embed = partial(self._connected(self._inference).embed, name)
            embed([""])  # loaded there now, or refused before anything is read
            return embed

    def late(self, name: str, pointer: str) -> Late:
        """One row of length 1 a span of a text; errors as `embed`."""
        with self._closing(pointer):
            if self._inference is None:
                return late_of(name, self._models)
            late = partial(self._connected(self._inference).late, name)
            late("", [])
            return late

    @contextmanager
    def _closing(self, pointer: str) -> Iterator[None]:
        """After an error nothing is open any more."""
        try:
            yield
        except KerfError as error:
            for descriptor in self.descriptors:
                os.close(descriptor)
            if isinstance(error, ModelUnavailable):
                raise ModelUnavailable(error.detail, pointer=pointer) from error
            raise

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What these need open."""
        return () if self._connection is None else (self._connection.descriptor,)

    def _connected(self, path: Path) -> Connection:
        self._connection = self._connection or Connection(path)
        return self._connection
