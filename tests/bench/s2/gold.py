"""Which section of the gold each word of a document is in, found by runs of words that both have once."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from models.document import Document

RUN = 4
_WORD = re.compile(r"\w+")
_HEADING = re.compile(r"#{1,6}\s")


class Labelled(NamedTuple):
    """Words of a document, by where they start, and the section each is in; only those that are known."""

    starts: list[int]
    sections: list[int]


def of_markdown(text: str) -> Iterator[tuple[str, int]]:
    """Words, and a number that grows with every heading."""
    section = 0
    for line in text.split("\n"):
        section += bool(_HEADING.match(line))
        for word in words_of(line):
            yield word, section


def of_record(record: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The same from a text with the offsets of its headings."""
    starts = sorted(heading["start"] for heading in record["outline"])
    section = 0
    for match in _WORD.finditer(record["text"]):
        while section < len(starts) and starts[section] <= match.start():
            section += 1
        yield match.group().lower(), section


def labelled(document: Document, gold: Sequence[tuple[str, int]]) -> Labelled:
    """Words between two of the same section are of it too."""
    own = [(match.group().lower(), match.start()) for match in _WORD.finditer(document.text)]
    known = _once([word for word, _ in gold])
    found: list[int | None] = [None] * len(own)
    for run, at in _once([word for word, _ in own]).items():
        if run in known:
            for step in range(RUN):
                found[at + step] = gold[known[run] + step][1]
    last = None
    for at, section in enumerate(found):
        if section is None:
            continue
        if last is not None and found[last] == section:
            found[last + 1 : at] = [section] * (at - last - 1)
        last = at
    kept = [(start, section) for (_, start), section in zip(own, found, strict=True) if section is not None]
    return Labelled([start for start, _ in kept], [section for _, section in kept])


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]
    count = Counter(runs)
    return {run: at for at, run in enumerate(runs) if count[run] == 1}


def words_of(text: str) -> list[str]:
    """In lower case."""
    return [match.lower() for match in _WORD.findall(text)]
