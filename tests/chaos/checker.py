"""Judges what a storm has left, in the words of Jepsen's set checkers. Pure: it only reads what was observed.

ok          the document is final as expected, with exactly one complete chunk set and its event delivered
lost        it was acknowledged, and one of these is missing
duplicated  it has more than one result, or more than one event
unexpected  chunks that are not those of this document, mixed sets, a failure nobody planned
recovered   ok, though the answer to its upload never came
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

FINAL = {"succeeded", "failed", "cancelled"}


class Word(StrEnum):
    """What is said of one document; several may hold."""

    OK = "ok"
    LOST = "lost"
    DUPLICATED = "duplicated"
    UNEXPECTED = "unexpected"
    RECOVERED = "recovered"


@dataclass(frozen=True)
class Told:
    """An event of a document, and the statuses with which its message was answered."""

    message: str
    type: str
    answers: tuple[int, ...] = ()

    @property
    def is_delivered(self) -> bool:
        return any(200 <= status < 300 for status in self.answers)


@dataclass(frozen=True)
class Seen:
    """One document as the database, the API and the receiver's ledger know it."""

    document: str
    name: str
    states: tuple[str, ...]
    versions: Mapping[int, tuple[str, ...]]
    current: int | None
    shown: tuple[str, ...]
    told: tuple[Told, ...]
    codes: tuple[str, ...] = ()
    attempts: int = 1


@dataclass(frozen=True)
class Wanted:
    """What must become of an upload: these chunks, or one of these failures."""

    chunks: tuple[str, ...] = ()
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Report:
    """Every document with its words and reasons."""

    words: Mapping[str, frozenset[Word]]
    reasons: Sequence[str] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        """How many documents each word was said of."""
        found = Counter(word.value for words in self.words.values() for word in words)
        return {word.value: found[word.value] for word in Word}

    @property
    def is_clean(self) -> bool:
        """Whether nothing but ok and recovered was said."""
        return all(words <= {Word.OK, Word.RECOVERED} for words in self.words.values())

    def __str__(self) -> str:
        shown = ", ".join(f"{count} {word}" for word, count in self.counts.items())
        return "\n".join([shown, *self.reasons[:20]])


def check(wanted: Mapping[str, Wanted], acknowledged: Mapping[str, str], seen: Sequence[Seen]) -> Report:
    """`wanted` by name, for everything sent; `acknowledged` names with the document id of their 202."""
    words: dict[str, frozenset[Word]] = {}
    reasons: list[str] = []
    by_id = {one.document: one for one in seen}
    for name, document in acknowledged.items():
        if document not in by_id:
            words[document] = frozenset({Word.LOST})
            reasons.append(f"{name} {document}: acknowledged, and there is no such document")
    known = set(acknowledged.values())
    for one in seen:
        faults = list(faults_of(one, wanted.get(one.name)))
        reasons += [f"{one.name} {one.document}: {word}: {why}" for word, why in faults]
        good = Word.OK if one.document in known else Word.RECOVERED
        words[one.document] = frozenset(word for word, _ in faults) or frozenset({good})
    return Report(words, reasons)


def faults_of(one: Seen, wanted: Wanted | None) -> list[tuple[Word, str]]:
    """What is wrong with one document."""
    if wanted is None:
        return [(Word.UNEXPECTED, "nobody sent it")]
    faults: list[tuple[Word, str]] = []
    if not set(one.states) <= FINAL or not one.states:
        faults.append((Word.LOST, f"it is {', '.join(one.states) or 'without a job'}"))
    if len(one.states) > 1:
        faults.append((Word.DUPLICATED, f"{len(one.states)} jobs"))
    faults += told_faults(one)
    return faults + (failure_faults(one, wanted) if wanted.codes else chunk_faults(one, wanted))


def chunk_faults(one: Seen, wanted: Wanted) -> list[tuple[Word, str]]:
    """Exactly one set, whole, of this document alone, current, and the API shows that one."""
    if "failed" in one.states or "cancelled" in one.states:
        return [(Word.UNEXPECTED, f"it ended {', '.join(one.states + one.codes)}")]
    faults: list[tuple[Word, str]] = []
    if len(one.versions) > 1:
        faults.append((Word.DUPLICATED, f"{len(one.versions)} versions"))
    if one.current not in one.versions:
        faults.append((Word.LOST, "no current version"))
    for number, ids in one.versions.items():
        if ids == wanted.chunks:
            continue
        expected, foreign = Counter(wanted.chunks), Counter(ids)
        if expected - foreign:
            faults.append((Word.LOST, f"version {number} lacks {(expected - foreign).total()} chunks"))
        if foreign - expected:
            faults.append((Word.UNEXPECTED, f"version {number} is mixed with other chunks"))
        if expected == foreign:
            faults.append((Word.UNEXPECTED, f"version {number} is out of order"))
    if one.shown != one.versions.get(one.current or 0, ()):
        faults.append((Word.UNEXPECTED, "the API shows other chunks than the current version's"))
    return faults


def failure_faults(one: Seen, wanted: Wanted) -> list[tuple[Word, str]]:
    """A planned failure: typed as planned, with nothing stored."""
    faults = []
    if not set(one.codes) <= wanted.codes or "failed" not in one.states:
        faults.append((Word.UNEXPECTED, f"{one.states} {one.codes} instead of a planned failure"))
    if one.versions:
        faults.append((Word.UNEXPECTED, "chunks of a document that cannot be read"))
    return faults


def told_faults(one: Seen) -> list[tuple[Word, str]]:
    """One event, one message, answered at least once with 2xx."""
    faults = []
    if not one.told:
        faults.append((Word.LOST, "no event"))
    if len(one.told) > 1:
        faults.append((Word.DUPLICATED, f"{len(one.told)} events"))
    faults += [(Word.LOST, f"{told.message} undelivered") for told in one.told if not told.is_delivered]
    return faults
