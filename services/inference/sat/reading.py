"""One text on its way through the network."""

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np

from services.inference.boundaries.arrays import Floats, Longs
from services.inference.sat.characters import Boundary
from services.inference.sat.gaps import Gap, Gaps
from services.inference.sat.options import Decoding, Newlines
from services.inference.sat.pieces import Piece
from services.inference.sat.subwords import Subwords
from services.inference.sat.windows import Sliding

_SEPARATORS = dict.fromkeys(range(0x1C, 0x20), " ")
"""White space to Python and not to the tokenizer."""
_LINES = {**_SEPARATORS, ord("\r"): " ", ord("\n"): " "}


class Reading:
    """Pieces in, windows for the network out; its logits in, boundaries out."""

    def __init__(self, subwords: Subwords, decoding: Decoding) -> None:
        self._subwords = subwords
        self._decoding = decoding
        self._sliding = Sliding(decoding.windows)
        self._is_all = False
        self.beginning = self.end = Boundary(0, 0, 1.0)
        self.gaps: deque[Gap] = deque()
        """White space that may end sentences, whatever the network says."""

    def add(self, piece: Piece) -> None:
        """The next piece of the text."""
        if not self.end.end:
            self.beginning = Boundary(0, piece.first, 1.0)
        end = piece.first + len(piece.text)
        self.end = Boundary(end, end, 1.0)
        self._is_all = piece.following < 0
        gaps = Gaps(piece)
        self.gaps.extend(self._wanted(gaps.found()))
        blanks = _LINES if self._decoding.newlines is Newlines.SPACE else _SEPARATORS
        self._sliding.extend(self._subwords.of(piece.text.translate(blanks), gaps))

    def due(self) -> list[Longs]:
        """Ids of the windows that the network is to see now."""
        return self._sliding.due(is_all=self._is_all)

    def boundaries(self, logits: Sequence[Floats], least: float) -> Iterator[Boundary]:
        """Those more probable than `least`, as far as they are known, after what the network said."""
        self._sliding.add(logits)
        tokens, means = self._sliding.take(is_all=self._is_all)
        found = np.exp(-np.logaddexp(0, -means.astype(np.float64)))
        kept = (tokens.ends >= 0) & (found > least)
        columns = (tokens.ends, tokens.following, found)
        return map(Boundary, *(column[kept].tolist() for column in columns))

    def _wanted(self, gaps: list[Gap]) -> Iterator[Gap]:
        ends_lines, every = self._decoding.newlines is Newlines.END, self._decoding.lengths is not None
        for gap in gaps:
            ends_line = ends_lines and gap.ends_line
            if ends_line or every:
                yield gap._replace(ends_line=ends_line)
