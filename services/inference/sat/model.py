"""A SaT network that is loaded, and the sentences it finds."""

from collections.abc import Iterable, Iterator
from itertools import chain

from models.errors import InvalidOptions
from models.sentence import Sentence
from services.inference.sat.characters import Boundary, sentences_between, with_gaps
from services.inference.sat.constrained import likeliest
from services.inference.sat.network import Network
from services.inference.sat.options import Decoding
from services.inference.sat.pieces import PIECE, pieces_of
from services.inference.sat.reading import Reading
from services.inference.sat.subwords import Subwords

PLAIN = Decoding()
ANY = -1.0
"""Below every probability."""


class SatModel:
    """Sentences of texts; InvalidOptions where no threshold is known, ModelError when the network fails."""

    def __init__(self, network: Network, subwords: Subwords, threshold: float | None = None) -> None:
        """`threshold` is the model's own; without one it must come with every decoding."""
        self._network = network
        self._subwords = subwords
        self._threshold = threshold

    @property
    def threshold(self) -> float:
        """The model's own; InvalidOptions when it has none."""
        return self._least(PLAIN)

    def sentences(self, text: str, decoding: Decoding = PLAIN) -> Iterator[Sentence]:
        """Trimmed, sorted and disjoint; between them is white space alone."""
        return self.sentences_of([text], decoding)

    def sentences_of(self, parts: Iterable[str], decoding: Decoding = PLAIN) -> Iterator[Sentence]:
        """The same of a text that comes in parts; no more of it is held than a few windows need."""
        boundaries = self.boundaries_of(parts, decoding, self._least(decoding))
        return _sentences(boundaries, decoding)

    def sentences_of_each(self, texts: Iterable[str], decoding: Decoding = PLAIN) -> Iterator[list[Sentence]]:
        """Of many texts, in order; short ones are shown to the network together."""
        for found in self.boundaries_of_each(texts, decoding, self._least(decoding)):
            yield list(_sentences(iter(found), decoding))

    def boundaries_of(
        self, parts: Iterable[str], decoding: Decoding = PLAIN, least: float = ANY
    ) -> Iterator[Boundary]:
        """Beginning and end of a text, and between them all above `least`; none of a blank text."""
        reading = Reading(self._subwords, decoding)
        return with_gaps(self._read(reading, parts, least), reading.gaps)

    def boundaries_of_each(
        self, texts: Iterable[str], decoding: Decoding = PLAIN, least: float = ANY
    ) -> Iterator[list[Boundary]]:
        """The same of many texts."""
        for group in _groups(texts):
            if len(group) == 1:
                yield list(self.boundaries_of(group, decoding, least))
            else:
                yield from self._read_together(group, decoding, least)

    def _read(self, reading: Reading, parts: Iterable[str], least: float) -> Iterator[Boundary]:
        for number, piece in enumerate(pieces_of(parts)):
            reading.add(piece)
            if not number:
                yield reading.beginning
            yield from reading.boundaries(self._network.logits(reading.due()), least)
        if reading.end.end:
            yield reading.end

    def _read_together(self, texts: list[str], decoding: Decoding, least: float) -> Iterator[list[Boundary]]:
        readings = [Reading(self._subwords, decoding) for _ in texts]
        for reading, text in zip(readings, texts, strict=True):
            for piece in pieces_of([text]):
                reading.add(piece)
        due = [reading.due() for reading in readings]
        logits = iter(self._network.logits([window for windows in due for window in windows]))
        for reading, windows in zip(readings, due, strict=True):
            own = [next(logits) for _ in windows]
            between = reading.boundaries(own, least)
            whole = chain([reading.beginning], between, [reading.end]) if reading.end.end else iter(())
            yield list(with_gaps(whole, reading.gaps))

    def _least(self, decoding: Decoding) -> float:
        if decoding.lengths is not None:
            return ANY
        least = self._threshold if decoding.threshold is None else decoding.threshold
        if least is None:
            raise InvalidOptions("this network declares no threshold: give one", pointer="/threshold")
        return least


def _sentences(boundaries: Iterator[Boundary], decoding: Decoding) -> Iterator[Sentence]:
    if decoding.lengths is not None:
        boundaries = likeliest(boundaries, decoding.lengths)
    return sentences_between(boundaries)


def _groups(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts that are no longer than a piece together, or one that is."""
    group: list[str] = []
    size = 0
    for text in texts:
        if group and size + len(text) > PIECE:
            yield group
            group, size = [], 0
        group.append(text)
        size += len(text)
    if group:
        yield group
