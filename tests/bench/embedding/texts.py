"""Texts to learn from (classes A and B) and to measure on, by hash of their documents in halves."""

import gzip
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.sentences.data import LAWS, LEGAL, NON_COMMERCIAL, UNLABELLED

SENTENCES = (*LEGAL, *LAWS, "ud_en_ewt", "ud_en_gum", "ud_de_gsd", "ud_fr_gsd")
"""CC BY 4.0 and CC BY-SA 4.0, by their gold; GUM without its genres under a non-commercial licence."""
MEETINGS = "topics/qmsum"
"""MIT."""
_PIECE = re.compile(r"\S[^\n]*?(?:[.;:?!](?=\s)|(?=\n|\Z))")
_JOINED = 3
"""Most sentences of one text; how many it is, its hash says."""
LONGEST = 1000
"""Code points."""


class Set(NamedTuple):
    """Texts of one kind, those of a document one after the other."""

    name: str
    texts: list[str]


def number(text: str) -> int:
    """The same in every run."""
    return int.from_bytes(sha256(text.encode()).digest()[:8], "little")


def sets(data: Path, half: int, most: int) -> Iterator[Set]:
    """Sentences and short passages of a half of the documents, at most so many of each set."""
    for name in (*(f"sentences/{name}" for name in SENTENCES), *UNLABELLED, MEETINGS):
        found = islice(_spread(data, name, half), most)
        yield Set(name.rpartition("/")[2], list(found))


def records(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The records of a set as they are."""
    with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _spread(data: Path, name: str, half: int) -> Iterator[str]:
    """A few texts of each document in turn, until there are no more."""
    kept = [
        record
        for record in records(data, name)
        if number(record["id"]) % 2 == half and record["meta"].get("genre") not in NON_COMMERCIAL
    ]
    waiting = [_joined(_pieces(record)) for record in kept]
    while waiting:
        rest = []
        for source in waiting:
            found = list(islice(source, 20))
            yield from found
            if found:
                rest.append(source)
        waiting = rest


def _pieces(record: dict[str, Any]) -> Iterator[str]:
    text = record["text"]
    spans = record.get("sentences") or record.get("units")
    if spans is None:
        spans = [found.span() for found in _PIECE.finditer(text)]
    for start, end in spans:
        yield " ".join(text[start:end].split())


def _joined(pieces: Iterator[str]) -> Iterator[str]:
    for piece in pieces:
        more = islice(pieces, number(piece) % _JOINED)
        text = " ".join((piece, *more))[:LONGEST]
        if any(map(str.isalpha, text)):
            yield text
