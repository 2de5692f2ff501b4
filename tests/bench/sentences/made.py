"""Made-up texts for what the sets hardly have: lists in running text, quotations, ellipses, abbreviations.

All words are our own (phrases.json); what is told is the form, not the words. `{}` and `{name}` take a name,
`{title}` a title.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

TEXTS = 200
"""By language; twice as many in English."""

Span = tuple[int, int]
_LONGEST, _LONGEST_LIST = 5, 6
_QUOTES = (('"', '"'), ("“", "”"), ("'", "'"), ("«", "»"), ("„", "“"))
_LIST_SHARE, _LINES_SHARE, _CLAUSE_SHARE = 0.3, 0.05, 0.5
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_STYLES = ("{}.", "{})", "{}.)", "({})", "{}.", "{})", "{}.")


class Phrases(NamedTuple):
    """What sentences of one language are made of."""

    names: list[str]
    titles: list[str]
    """Abbreviated, before a name."""
    subjects: list[str]
    predicates: list[str]
    places: list[str]
    says: list[str]
    """After a quotation."""
    short: list[str]
    """Clauses with an abbreviation inside that ends no sentence."""
    final: list[str]
    """Clauses that end with an abbreviation."""
    items: list[str]
    replies: list[str]
    questions: list[str]


class Made(NamedTuple):
    """A text, where its sentences are, and its language."""

    id: str
    text: str
    sentences: list[Span]
    language: str


def made(seed: int) -> Iterator[Made]:
    """The same texts for the same seed."""
    languages = json.loads(Path(__file__).with_name("phrases.json").read_text(encoding="utf-8"))
    for language, words in languages.items():
        draw = random.Random(f"{seed} {language}")
        for number in range(TEXTS * (1 + (language == "en"))):
            pieces, space = _Maker(Phrases(**words), draw).pieces()
            yield Made(f"{language}-{number}", *_joined(pieces, space), language)


def _joined(pieces: list[str], space: str) -> tuple[str, list[Span]]:
    text, spans = "", []
    for piece in pieces:
        text += space if text else ""
        spans.append((len(text), len(text) + len(piece)))
        text += piece
    return text, spans


class _Maker:
    """Draws sentences of one language."""

    def __init__(self, phrases: Phrases, draw: random.Random) -> None:
        self._phrases, self._draw = phrases, draw

    def pieces(self) -> tuple[list[str], str]:
        """Sentences, and what stands between them."""
        share = self._draw.random()
        if share < _LINES_SHARE:
            return [self._pick(self._phrases.items) for _ in range(self._draw.randint(2, 5))], "\n"
        if share < _LIST_SHARE:
            return self._list(), self._draw.choice((" ", " ", " ", "\n"))
        forms: tuple[Callable[[], list[str]], ...] = (
            self._plain, self._short, self._short, self._final, self._quoted, self._spoken, self._bracketed,
            self._elliptic, self._initials, self._loud,
        )  # fmt: skip
        found: list[str] = []
        for _ in range(self._draw.randint(1, _LONGEST)):
            found += self._draw.choice(forms)()
        return found, self._draw.choice((" ", " ", " ", " ", "  ", "\n"))

    def _pick(self, words: list[str]) -> str:
        titled, named = self._draw.choice(self._phrases.titles), self._draw.choice(self._phrases.names)
        return self._draw.choice(words).format(named, name=named, title=titled)

    def _clause(self) -> str:
        name = self._draw.random()
        subject = self._pick(self._phrases.subjects) if name > 0.25 else self._name()
        place = f" {self._pick(self._phrases.places)}" if self._draw.random() < 0.5 else ""
        return f"{subject} {self._pick(self._phrases.predicates)}{place}"

    def _name(self) -> str:
        name = self._pick(self._phrases.names)
        return f"{self._pick(self._phrases.titles)} {name}" if self._draw.random() < 0.5 else name

    def _plain(self) -> list[str]:
        return [self._clause() + self._draw.choice("....?!")]

    def _short(self) -> list[str]:
        return [_large(self._pick(self._phrases.short)) + "."]

    def _final(self) -> list[str]:
        final = _large(self._pick(self._phrases.final))
        if self._draw.random() < _CLAUSE_SHARE:
            return [final, self._pick(self._phrases.questions)]
        doing = self._pick(self._phrases.predicates)
        return [final, f"{self._pick(self._phrases.subjects)} {doing}{self._draw.choice('.?')}"]

    def _quoted(self) -> list[str]:
        """A sentence in quotation marks is a part of the one that goes on."""
        opening, closing = self._draw.choice(_QUOTES)
        mark = self._draw.choice(".!?,")
        said = f"{opening}{self._clause()}{mark}{closing} {self._pick(self._phrases.says)}"
        if self._draw.random() < 0.5:
            return [said + "."]
        return [said + ".", f"{opening}{self._clause()}.{closing}"]

    def _spoken(self) -> list[str]:
        opening, closing = self._draw.choice(_QUOTES)
        begun = self._clause() + self._draw.choice((",", ":"))
        said = self._clause() if self._draw.random() < _CLAUSE_SHARE else self._pick(self._phrases.replies)
        if self._draw.random() < _CLAUSE_SHARE:
            begun = _large(self._pick(self._phrases.says)) + self._draw.choice(("", ",", ":"))
        if self._draw.random() < _CLAUSE_SHARE:
            return [f"{opening}{self._clause()}{closing}{self._cited()}", self._clause() + "."]
        return [f"{begun} {opening}{said}{self._draw.choice('.!?')}{closing}", self._clause() + "."]

    def _cited(self) -> str:
        return f" ({self._pick(self._phrases.names)} {self._draw.randint(2, 90)})."

    def _bracketed(self) -> list[str]:
        inner, place = self._clause(), self._pick(self._phrases.places)
        return self._draw.choice(
            (
                [f"{self._clause()} ({inner}.) {place}."],
                [f"{self._clause()}.", f"({inner}.)", f"{self._clause()}."],
                [f"{self._clause()} ({inner}).", f"{self._clause()}."],
                [f"{self._clause()} ({place}) {place}."],
            )
        )

    def _elliptic(self) -> list[str]:
        dots = self._draw.choice((". . .", "...", "…", "[...]", "(...)"))
        place, clause = self._pick(self._phrases.places), self._clause()
        return self._draw.choice(
            (
                [f"{clause} {dots} {place}."],
                [f"{clause}. . . .", self._clause() + "."],
                [f"{clause} . . . .", self._clause() + "."],
                [f"{clause}....", self._clause() + "."],
                [f"{clause}...", self._clause() + "."],
                [f'"{clause} [...] {place} [...]"{self._cited()}', self._clause() + "."],
                [f'"{clause} [...] {place} [...]"', self._clause() + "."],
                [f"“{clause}. . . .”", self._clause() + "."],
            )
        )

    def _initials(self) -> list[str]:
        first, second = self._draw.choices("ABCDEFGHJKLMNPRSTVW", k=2)
        name, doing = self._pick(self._phrases.names), self._pick(self._phrases.predicates)
        other = self._pick(self._phrases.names)
        return self._draw.choice(
            (
                [f"{first}. {second}. {name} {doing}."],
                [f"{first}.{second}. {name} {doing}."],
                [f"{other} {first}. {name} {doing}."],
                [f"{self._clause()}, {other} {first}. {name}.", self._clause() + "."],
            )
        )

    def _loud(self) -> list[str]:
        return [self._clause() + self._draw.choice(("!!", "??", "!?", "?!", "!!!")), self._plain()[0]]

    def _list(self) -> list[str]:
        style, size = self._draw.choice(_STYLES), self._draw.randint(2, _LONGEST_LIST)
        first = self._draw.choice((0, 0, self._draw.randint(1, 12)))
        bullet = self._draw.choice("•-*⁃")
        marks = {
            "numbers": [style.format(first + n + 1) for n in range(size)],
            "letters": [style.format("abcdefgh"[n]) for n in range(size)],
            "romans": [style.format(_ROMANS[n]) for n in range(size)],
            "bullets": [bullet] * size,
            "both": [f"{bullet} {first + n + 1}." for n in range(size)],
        }
        chosen = marks[
            self._draw.choice(("numbers", "numbers", "letters", "letters", "romans", "bullets", "both"))
        ]
        stop, large = self._draw.choice(("", ".", ";")), self._draw.random() < 0.8
        items = (
            self._pick(self._phrases.items) if self._draw.random() < 0.6 else self._clause() for _ in chosen
        )
        return [
            f"{mark} {_large(item) if large else item}{stop}"
            for mark, item in zip(chosen, items, strict=True)
        ]


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]
