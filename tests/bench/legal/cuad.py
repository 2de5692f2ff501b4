"""Parties, dates and governing law against CUAD's lawyers (CC BY 4.0)."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.legal import DateRole
from models.span import Span
from services.legal.date_roles import dates
from services.legal.governing import governing_laws
from services.legal.parties import parties

Record = dict[str, Any]

_SHORTEST = 2
"""Code points of the wording that may be the same elsewhere, less one."""


class Score(NamedTuple):
    """Gold spans that were found, found spans that are gold, contracts with any hit."""

    gold: int
    hit: int
    found: int
    right: int
    contracts: int
    contracts_hit: int

    def line(self) -> str:
        """Recall, precision and the share of contracts in which anything is right."""
        return (
            f"recall {self.hit / max(1, self.gold):.3f} ({self.hit}/{self.gold})  "
            f"precision {self.right / max(1, self.found):.3f} ({self.right}/{self.found})  "
            f"contracts {self.contracts_hit / max(1, self.contracts):.3f} of {self.contracts}"
        )


def records(data: Path, *, development: bool) -> Iterator[Record]:
    """One half of the contracts by the hash of their ids: one to develop with, one for the figures."""
    with gzip.open(data / "retrieval" / "cuad.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if (zlib.crc32(record["id"].encode()) % 2 == 0) == development:
                yield record


def _parties(text: str) -> Iterator[Span]:
    for party in parties(text):
        yield party.span
        if party.role:
            yield party.role


def _dated(role: DateRole) -> Callable[[str], Iterator[Span]]:
    return lambda text: (date.span for date in dates(text) if role in date.roles)


FOUND: dict[str, Callable[[str], Iterable[Span]]] = {
    "Parties": _parties,
    "Agreement Date": _dated(DateRole.AGREEMENT),
    "Effective Date": _dated(DateRole.EFFECTIVE),
    "Expiration Date": _dated(DateRole.EXPIRATION),
    "Governing Law": lambda text: (law.span for law in governing_laws(text)),
}


def gold_of(record: Record, category: str) -> list[Span]:
    """What the lawyers marked; of dates only passages that name a year."""
    marked = [
        Span(*span) for query in record["queries"] if query["category"] == category for span in query["spans"]
    ]
    if category.endswith("Date"):
        return [
            span
            for span in marked
            if any(map(str.isdigit, span.of(record["text"])[-12:])) and _has_year(span.of(record["text"]))
        ]
    return marked


def _has_year(wording: str) -> bool:
    return any(len(run) == 4 for run in "".join(c if c.isdigit() else " " for c in wording).split())


def score(records: Sequence[Record], category: str) -> Score:
    """Over contracts with a gold span; the same words elsewhere are as right: gold was located by them."""
    scored = [
        _scored(record["text"], category, gold) for record in records if (gold := gold_of(record, category))
    ]
    totals = [sum(column) for column in zip(*scored, strict=True)]
    gold, hit, found, right = totals
    return Score(gold, hit, found, right, len(scored), sum(row[1] > 0 for row in scored))


def _scored(text: str, category: str, gold: Sequence[Span]) -> tuple[int, int, int, int]:
    found = list(FOUND[category](text))
    hit = sum(any(_same(text, span, other) for other in found) for span in gold)
    right = sum(any(_same(text, span, other) for other in gold) for span in found)
    return len(gold), hit, len(found), right


def _same(text: str, one: Span, other: Span) -> bool:
    short, long = sorted((_words(one.of(text)), _words(other.of(text))), key=len)
    return one.overlaps(other) or (len(short) > _SHORTEST and short in long)


def _words(wording: str) -> str:
    return " ".join("".join(char if char.isalnum() else " " for char in wording.lower()).split())
