"""Parts of documents that everyone calls the same, and their tables of contents."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from services.extraction.raw import RawBlock

_OUTER = (
    r"(?:abstract|references|bibliography|literature cited|works cited|acknowledge?ments?|glossary|index|"
    r"(?:table of )?contents|list of (?:figures|tables)|foreword|preface|"
    r"zusammenfassung|vorwort|literatur(?:verzeichnis)?|inhalt(?:sverzeichnis)?|danksagung|"
    r"résumé|avant-propos|remerciements|bibliographie|sommaire|table des matières|"
    r"resumen|agradecimientos|bibliografía|referencias|índice|"
    r"riassunto|ringraziamenti|bibliografia|indice|resumo|agradecimentos|referências|sumário)"
)
_INNER = (
    r"(?:(?:executive )?summary|key ?words(?: and phrases)?|index terms|introduction|preamble|recitals|"
    r"appendi(?:x|ces)|conclusions?|einleitung|anhang|mots[- ]clés|annexes?|palabras clave|introducción|"
    r"sommario|introduzione|palavras-chave|introdução)"
)
_END = r"\s*[.:—–-]{0,2}"
_OUTER_MATTER = re.compile(_OUTER + _END, re.IGNORECASE)
_MATTER = re.compile(f"(?:{_OUTER}|{_INNER}){_END}", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:table of contents|contents|inhalt(?:sverzeichnis)?|sommaire|table des matières|índice|indice|"
    r"sumário)\W*",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"^(?P<title>.+?)\s*(?:(?:\.\s?){4,}|(?:·\s?){4,}|…+)\s*(?:\d{1,4}|[ivxlc]+)?$")
_NUMBERED = re.compile(r"^(?P<title>.*[^\W\d_]{3}.*?)\s+(?:\d{1,4}|[ivxlc]+)$")
_MOST = 0.6


class Contents(NamedTuple):
    """Numbers of the blocks that are a table of contents, and the titles it lists."""

    blocks: frozenset[int]
    titles: tuple[str, ...]


def is_named_matter(text: str) -> bool:
    """Whether it is the name of a usual part and nothing more: `Abstract—`, `References`."""
    return _MATTER.fullmatch(text.strip()) is not None


def is_outer_matter(text: str) -> bool:
    """Whether it names a part that belongs to the whole: an abstract or references, no conclusion."""
    return _OUTER_MATTER.fullmatch(text.strip()) is not None


def contents_of(blocks: Sequence[RawBlock]) -> Contents:
    """Rows with leaders, and rows that end with page numbers below a heading that says so."""
    found: dict[int, list[str]] = {}
    below = False
    for number, block in enumerate(blocks):
        rows = [" ".join(line.text for line in row) for row in block.rows]
        titles = _titles(rows, _LEADERS) or (_titles(rows, _NUMBERED) if below else [])
        if titles:
            found[number] = titles
        below = bool(titles) or _CONTENTS.fullmatch(block.text) is not None or (below and len(rows) == 1)
    between = {n + 1 for n in found if n + 2 in found and blocks[n].page == blocks[n + 2].page}
    return Contents(frozenset(found) | between, tuple(title for titles in found.values() for title in titles))


def _titles(rows: Sequence[str], pattern: re.Pattern[str]) -> list[str]:
    matches = [match for row in rows if (match := pattern.match(row))]
    return [match["title"] for match in matches] if len(matches) >= _MOST * len(rows) else []
