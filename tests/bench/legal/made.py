"""Made-up statutes in six languages; their references are known, for they are written from their targets."""

import random
from collections.abc import Callable
from typing import NamedTuple

from models.outline import Node, NodeKind, Outline
from models.span import Span


class Expected(NamedTuple):
    """The span of a reference, the indices of its targets, and whether it points to another law."""

    span: Span
    targets: tuple[int, ...]
    is_external: bool = False


class Made(NamedTuple):
    """A text, its tree, and all its references."""

    text: str
    outline: Outline
    expected: list[Expected]


class _Words(NamedTuple):
    chapter: str
    section: str
    sections: str
    to: str
    below: tuple[str, ...]
    this_chapter: str
    under: str
    law: str
    filler: str


_WORDS = {
    "en": _Words("Chapter", "section", "sections", "to", ("subsection", "paragraph", "subparagraph"),
                 "this chapter", "under", " of the Clean Water Act", "The office decides on the request"),
    "de": _Words("Kapitel", "§", "§§", "bis", ("Absatz", "Nummer"), "dieses Kapitels", "nach", " BGB",
                 "Die Behörde entscheidet über den Antrag"),
    "fr": _Words("Chapitre", "article", "articles", "à", ("paragraphe", "point"), "ce chapitre", "selon",
                 " du code civil", "L'autorité statue sur la demande"),
    "es": _Words("Capítulo", "artículo", "artículos", "a", ("apartado", "letra"), "este capítulo", "según",
                 " del Código Civil", "La autoridad resuelve la solicitud"),
    "it": _Words("Capitolo", "articolo", "articoli", "a", ("comma", "lettera"), "questo capitolo", "secondo",
                 " del codice civile", "L'autorità decide sulla domanda"),
    "pt": _Words("Capítulo", "artigo", "artigos", "a", ("parágrafo", "alínea"), "este capítulo", "conforme",
                 " do Código Civil", "A autoridade decide sobre o pedido"),
}  # fmt: skip
LANGUAGES = tuple(_WORDS)
_CHAPTERS, _NOWHERE, _GOES_DEEPER = 4, 999, 0.6
_CHAPTER, _SECTION, _ITEM = 0, 1, 2


class _Part(NamedTuple):
    label: str
    depth: int
    parent: int | None


Way = Callable[["_Statute", int], tuple[str, tuple[int, ...], str] | None]


class _Statute:
    """The parts before their text is written."""

    def __init__(self, language: str, seed: int) -> None:
        self.language = language
        self.words = _WORDS[language]
        self.dice = random.Random(f"{language} {seed}")
        self.parts: list[_Part] = []
        number = 0
        for chapter in range(_CHAPTERS):
            above = self._add(str(chapter + 1), _CHAPTER, None)
            for _ in range(self.dice.randint(3, 8)):
                number += 1
                self._fill(self._add(str(number), _SECTION, above), _ITEM)

    def _add(self, label: str, depth: int, parent: int | None) -> int:
        self.parts.append(_Part(label, depth, parent))
        return len(self.parts) - 1

    def _fill(self, parent: int, depth: int) -> None:
        for n in range(self.dice.choice((0, 2, 3, 5))):
            child = self._add(self._label(depth, n), depth, parent)
            if depth <= len(self.words.below) and self.dice.random() < _GOES_DEEPER:
                self._fill(child, depth + 1)

    def _label(self, depth: int, n: int) -> str:
        letters = ("a", "1", "A") if self.language == "en" else ("1", "1" if self.language == "de" else "a")
        return chr(ord(letters[depth - _ITEM]) + n)

    def printed(self, part: _Part) -> tuple[str, str]:
        """How a part begins, and the stop behind it: a `Nummer` has figures as an `Absatz` has, but `1.`."""
        if part.depth < _ITEM:
            name = (self.words.chapter, self.words.section.capitalize())[part.depth]
            return f"{name} {part.label}", "." * (part.depth == _SECTION)
        return (part.label, ".") if self.language == "de" and part.depth > _ITEM else (f"({part.label})", "")

    def sections(self) -> list[int]:
        return [i for i, part in enumerate(self.parts) if part.depth == _SECTION]

    def chain(self, i: int) -> list[int]:
        """The part and those around it up to its section."""
        found = [i]
        while self.parts[found[-1]].depth > _SECTION and (above := self.parts[found[-1]].parent) is not None:
            found.append(above)
        return found

    def below(self, i: int) -> str:
        """The name and label of an item: `paragraph (1)`, `Absatz 1`."""
        part = self.parts[i]
        label = f"({part.label})" if self.language == "en" else part.label
        closed = ")" if part.label.isalpha() and self.language != "en" else ""
        return f"{self.words.below[part.depth - _ITEM]} {label}{closed}"

    def absolute(self, i: int) -> str:
        """`section 4(a)(1)`, `§ 4 Absatz 1 Nummer 2`, `article 4, paragraphe 1`."""
        *items, section = self.chain(i)
        head = f"{self.words.section} {self.parts[section].label}"
        if self.language == "en":
            return head + "".join(f"({self.parts[item].label})" for item in reversed(items))
        joint = " " if self.language == "de" else ", "
        return joint.join((head, *(self.below(item) for item in reversed(items))))

    def reference(self, at: int) -> tuple[str, tuple[int, ...], str] | None:
        """The wording, the targets, and the name of another law behind it."""
        target = self.dice.choice([i for i, part in enumerate(self.parts) if part.depth >= _SECTION])
        ways: list[Way] = [_absolute, _inside_out, _near, _range, _this, _law, _nowhere]
        way = self.dice.choice(ways)
        return way(self, target if way in (_absolute, _inside_out, _law) else at)


def _absolute(statute: _Statute, target: int) -> tuple[str, tuple[int, ...], str]:
    return statute.absolute(target), (target,), ""


def _inside_out(statute: _Statute, target: int) -> tuple[str, tuple[int, ...], str] | None:
    if statute.language != "en":
        return None
    *items, section = statute.chain(target)
    wording = [statute.below(item) for item in items]
    return " of ".join((*wording, f"section {statute.parts[section].label}")), (target,), ""


def _near(statute: _Statute, at: int) -> tuple[str, tuple[int, ...], str] | None:
    """A part beside this one or beside one around it."""
    around = [i for i in statute.chain(at) if statute.parts[i].depth >= _ITEM]
    if not around:
        return None
    parent = statute.parts[statute.dice.choice(around)].parent
    target = statute.dice.choice([i for i, part in enumerate(statute.parts) if part.parent == parent])
    return statute.below(target), (target,), ""


def _range(statute: _Statute, _: int) -> tuple[str, tuple[int, ...], str]:
    sections = statute.sections()
    first = statute.dice.randrange(len(sections) - 1)
    chapter = statute.parts[sections[first]].parent
    inside = [i for i in sections[first:] if statute.parts[i].parent == chapter]
    if len(inside) == 1:
        return _absolute(statute, inside[0])
    words, ends = statute.words, (statute.parts[inside[0]].label, statute.parts[inside[-1]].label)
    return f"{words.sections} {ends[0]} {words.to} {ends[1]}", tuple(inside), ""


def _this(statute: _Statute, at: int) -> tuple[str, tuple[int, ...], str]:
    chapter = statute.chain(at)[-1]
    above = statute.parts[chapter].parent
    return statute.words.this_chapter, (chapter if above is None else above,), ""


def _law(statute: _Statute, target: int) -> tuple[str, tuple[int, ...], str]:
    return statute.absolute(target), (), statute.words.law


def _nowhere(statute: _Statute, _: int) -> tuple[str, tuple[int, ...], str]:
    return f"{statute.words.section} {_NOWHERE}", (), ""


def made(language: str, seed: int) -> Made:
    """Four chapters with sections numbered through and items below them; about one reference for a part."""
    statute = _Statute(language, seed)
    text = ""
    spans: list[tuple[int, Span]] = []
    expected: list[Expected] = []
    for i, part in enumerate(statute.parts):
        label, stop = statute.printed(part)
        spans.append((len(text), Span(len(text), len(text) + len(label))))
        text += f"{label}{stop} {statute.words.filler}"
        for found in filter(None, (statute.reference(i) for _ in range(statute.dice.choice((0, 1, 2))))):
            wording, targets, law = found
            text += f", {statute.words.under} "
            expected.append(Expected(Span(len(text), len(text) + len(wording)), targets, bool(law)))
            text += wording + law
        text += ".\n"
    return Made(text, Outline(tuple(_nodes(statute, spans, len(text)))), expected)


def _nodes(statute: _Statute, spans: list[tuple[int, Span]], end: int) -> list[Node]:
    body = NodeKind.SECTION if statute.language in ("en", "de") else NodeKind.ARTICLE
    nodes = []
    for i, part in enumerate(statute.parts):
        after = next((j for j in range(i + 1, len(spans)) if statute.parts[j].depth <= part.depth), None)
        span = Span(spans[i][0], end if after is None else spans[after][0])
        kind = (NodeKind.CHAPTER, body, NodeKind.ITEM)[min(part.depth, _ITEM)]
        nodes.append(Node(span, kind, part.depth, part.parent, spans[i][1], part.label))
    return nodes
