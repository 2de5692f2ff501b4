"""MuPDF's word list and block tree, put together into lines on the upright page."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import atan2, pi
from typing import Any

from models.document import Drop
from models.geometry import Box, bounds
from services.extraction.accents import composed
from services.extraction.cleaning import clean
from services.extraction.pdf_looks import line_looks
from services.extraction.raw import RawLine, RawWord, Style

Matrix = tuple[float, float, float, float, float, float]
MupdfWord = tuple[float, float, float, float, str, int, int, int]


def clean_words(words: list[MupdfWord], page: int) -> tuple[list[MupdfWord], tuple[Drop, ...]]:
    """The words without control characters, and those declared; letters composed with their accents."""
    text = " ".join(word[4] for word in words)
    drops = clean(text, page).drops
    if not drops and composed(text) == text:
        return words, ()
    cleaned = ((*word[:4], composed(clean(word[4]).text), *word[5:]) for word in words)
    return [word for word in cleaned if word[4]], drops


def raw_lines(
    words: Sequence[MupdfWord], blocks: Sequence[dict[str, Any]], matrix: Matrix | None, page: Box
) -> tuple[RawLine, ...]:
    """Lines in content-stream order; boxes turned by `matrix` (the page's rotation) and cut to the page."""
    styles = {block["number"]: block["lines"] for block in blocks if block["type"] == 0}
    lines = []
    for number, of_block in groupby(words, key=lambda word: word[5]):
        looks = iter(styles.get(number, ()))
        for _, of_line in groupby(of_block, key=lambda word: word[6]):
            found = _words(of_line, matrix, page)
            if found:
                look = _look_of(found[0].text, looks)
                lines.append(_line(found, look, matrix))
    return tuple(lines)


def _words(words: Iterator[MupdfWord], matrix: Matrix | None, page: Box) -> list[RawWord]:
    found = []
    for x0, y0, x1, y1, text, *_ in words:
        bare = text.strip()
        if not bare:
            continue
        box = Box(x0, y0, x1, y1) if matrix is None else _turned(Box(x0, y0, x1, y1), matrix)
        inside = box.x0 >= 0.0 and box.y0 >= 0.0 and box.x1 <= page.x1 and box.y1 <= page.y1
        found.append(RawWord(bare, box if inside else _cut(box, page)))
    return found


def _look_of(first_word: str, looks: Iterator[dict[str, Any]]) -> dict[str, Any] | None:
    """The next line of the block tree that begins with that word: the tree also has blank lines."""
    for look in looks:
        text = "".join(span["text"] for span in look["spans"])
        if composed(text.lstrip()).startswith(first_word):
            return look
    return None


def _line(words: list[RawWord], look: dict[str, Any] | None, matrix: Matrix | None) -> RawLine:
    box = bounds([word.box for word in words])
    if look is None:
        return RawLine(tuple(words), box, Style(round(box.height * 2) / 2))
    style, runs = line_looks(look["spans"], sum(len(word.text) for word in words))
    return RawLine(tuple(words), box, style, _quarter_turns(look["dir"], matrix), runs)


def _quarter_turns(direction: Sequence[float], matrix: Matrix | None) -> int:
    x, y = direction
    if matrix is not None:
        a, b, c, d, *_ = matrix
        x, y = x * a + y * c, x * b + y * d
    return round(atan2(y, x) / (pi / 2)) % 4


def _turned(box: Box, matrix: Matrix) -> Box:
    a, b, c, d, e, f = matrix
    xs = (box.x0 * a + box.y0 * c + e, box.x1 * a + box.y1 * c + e)
    ys = (box.x0 * b + box.y0 * d + f, box.x1 * b + box.y1 * d + f)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _cut(box: Box, page: Box) -> Box:
    x0, y0 = min(max(box.x0, page.x0), page.x1), min(max(box.y0, page.y0), page.y1)
    return Box(x0, y0, max(x0, min(box.x1, page.x1)), max(y0, min(box.y1, page.y1)))
