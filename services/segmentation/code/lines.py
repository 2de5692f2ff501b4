"""Where code may be cut whose language nobody knows: between lines, by their indentation and brackets."""

import re
from collections.abc import Iterator

from services.segmentation.code.parts import BELOW_COMMENT, INSIDE_BRACKETS, STATEMENT, TOP, Part, at_depth
from services.segmentation.code.source import LINE_END
from services.segmentation.plan import Evidence

_NOT_BRACKET = re.compile(r"[^()\[\]{}]+")
_COMMENT = re.compile(r"\s*(?:#|//|--|;|/?\*|%|@|<!--|\"\"\")")
_CLOSING = re.compile(r"\s*(?:[)\]}]|end\b|fi\b|done\b|esac\b)")
_TAB = 8


def line_parts(text: str, part: Part) -> Iterator[Part]:
    """The lines of the part, blank ones with the line above; offsets are code points. They tile it."""
    before, depth, start = part.before, part.depth, part.start
    nesting = Nesting()
    comment = False
    for at, line in _lines(text, part):
        level = nesting.level(line)
        if at > start:
            yield Part(start, at, before, depth)
            before, depth, start = _evidence(line, level, comment=comment), part.depth + 1 + level, at
        comment = _COMMENT.match(line) is not None
    yield Part(start, part.end, before, depth)


def _evidence(line: str, level: int, *, comment: bool) -> Evidence:
    if comment:
        return BELOW_COMMENT
    if _CLOSING.match(line):
        return INSIDE_BRACKETS
    return at_depth(STATEMENT if level else TOP, 2 * level)


class Nesting:
    """How deep lines stand: by indentation, and by the brackets that are open."""

    def __init__(self) -> None:
        self._indents = [0]
        self._open = 0

    def level(self, line: str) -> int:
        """The depth of the next line, 0 outside of everything."""
        width = len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip())
        while self._indents[-1] > width:
            self._indents.pop()
        if self._indents[-1] < width:
            self._indents.append(width)
        brackets = _NOT_BRACKET.sub("", line)
        closing = len(brackets) - len(brackets.lstrip(")]}"))
        level = max(len(self._indents) - 1, self._open - closing)
        self._open = max(0, self._open + sum(1 if mark in "([{" else -1 for mark in brackets))
        return level


def _lines(text: str, part: Part) -> Iterator[tuple[int, str]]:
    """Lines that are not blank, and where they begin."""
    start = part.start
    for match in (*LINE_END.finditer(text, part.start, part.end), None):
        end = match.end() if match else part.end
        line = text[start:end]
        if line.strip():
            yield start, line.rstrip("\r\n")
        start = end
