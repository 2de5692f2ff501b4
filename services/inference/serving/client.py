"""Asking the process that computes networks. The connection is made before the walls of a parser stand."""

import json
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from models.error_forms import retold
from models.errors import ModelError, NetworksLost, Unavailable
from models.span import Span
from services.inference.serving import wire

if TYPE_CHECKING:
    from services.inference.boundaries.arrays import Floats

PATIENCE_SECONDS = 120
"""For one answer, behind those of others."""


class Connection:
    """Used by one process at a time; reads and writes `descriptor`, which its owner closes, and no more."""

    def __init__(self, path: Path) -> None:
        """Unavailable when nobody listens there."""
        patience = struct.pack("ll", PATIENCE_SECONDS, 0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as made:
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                made.setsockopt(socket.SOL_SOCKET, option, patience)
            try:
                made.connect(str(path))
            except OSError as error:
                raise Unavailable("The process that computes networks is not there.") from error
            self.descriptor = made.detach()

    def embed(self, name: str, texts: Sequence[str]) -> "Floats":
        """One row a text; NetworksLost, and whatever the other side says."""
        import numpy as np  # noqa: PLC0415 - loaded by whoever embeds

        starts = range(0, len(texts), wire.MOST_TEXTS) or (0,)
        parts = (list(texts[i : i + wire.MOST_TEXTS]) for i in starts)
        return np.concatenate([self._ask(wire.Question(name, part), len(part)) for part in parts])

    def late(self, name: str, text: str, spans: Sequence[Span]) -> "Floats":
        """One row a span; as `embed`."""
        return self._ask(wire.Question(name, [text], list(spans)), len(spans))

    def _ask(self, question: wire.Question, wanted: int) -> "Floats":
        answer = None
        try:
            with suppress(BrokenPipeError):  # it may have said why before it hung up
                wire.write(self.descriptor, wire.question(question))
            answer = wire.read(self.descriptor)
        except OSError as error:
            raise NetworksLost from error
        if answer is None:
            raise NetworksLost
        kind, data = answer
        if kind == wire.ERROR:
            raise retold(json.loads(data))
        found = wire.array(data)
        if len(found) != wanted:
            raise ModelError("the inference process gave another number of rows")
        return found
