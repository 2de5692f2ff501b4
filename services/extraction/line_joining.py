"""Lines that the file writes word by word, put together again."""

from collections.abc import Sequence
from dataclasses import replace

from models.geometry import bounds
from services.extraction.frames import flat
from services.extraction.line_parts import beside, is_mixed
from services.extraction.raw import RawLine, RawWord, Run
from services.extraction.scripts import is_unspaced, runs_leftward

_SPACE, _BACK = 0.55, 0.25
_LEVEL = 0.5
_ALIKE = 0.75
_TOUCH = 0.15


def joined_lines(lines: Sequence[RawLine]) -> tuple[RawLine, ...]:
    """The lines; those that follow each other on a baseline, a space between them, are one."""
    runs: list[list[RawLine]] = []
    for line in lines:
        if runs and _goes_on(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    return tuple(run[0] if len(run) == 1 else _joined(run) for run in runs)


def _goes_on(before: RawLine, line: RawLine) -> bool:
    """Whether the line begins where a word after the one before would."""
    if before.turn != line.turn or before.role != line.role:
        return False
    a, b = flat(before.words[-1].box, line.turn), flat(line.words[0].box, line.turn)
    height = max(a.height, b.height)
    level = min(a.y1, b.y1) - max(a.y0, b.y0) > _LEVEL * height
    small, large = sorted((before.style.size, line.style.size))
    gap = b.x0 - a.x1
    if gap < 0 and runs_leftward((before.words[-1].text, line.words[0].text)):
        gap = a.x0 - b.x1
    return level and small >= _ALIKE * large and -_BACK * large < gap < _SPACE * large


def _joined(run: Sequence[RawLine]) -> RawLine:
    """One line of all words; its look is that of most letters."""
    words = _glued(run)
    looks = _looks(run)
    longest = max(run, key=lambda line: sum(len(word.text) for word in line.words))
    several = len({look[1:] for look in looks}) > 1
    return replace(
        longest,
        words=words,
        box=bounds([line.box for line in run]),
        runs=tuple(looks) if several else (),
    )


def _glued(run: Sequence[RawLine]) -> tuple[RawWord, ...]:
    """The words of all lines; what touches in a script without spaces is one word."""
    words: list[RawWord] = []
    for line in run:
        first = line.words[0]
        if words and _touch(words[-1], first, line):
            words[-1] = RawWord(words[-1].text + first.text, bounds([words[-1].box, first.box]))
            words += line.words[1:]
        else:
            words += line.words
    return tuple(words)


def _touch(a: RawWord, b: RawWord, line: RawLine) -> bool:
    gap = flat(b.box, line.turn).x0 - flat(a.box, line.turn).x1
    return is_unspaced(a.text[-1]) and is_unspaced(b.text[0]) and gap < _TOUCH * line.style.size


def _looks(run: Sequence[RawLine]) -> list[Run]:
    """The runs of all lines, neighbours of one look as one; a small line beside a large one is shifted."""
    found: list[Run] = []
    largest = max(run, key=lambda line: line.style.size)
    for line in run:
        for look in line.runs if is_mixed(line) else (beside(line, largest),):
            if found and found[-1][1:] == look[1:]:
                found[-1] = look._replace(letters=found[-1].letters + look.letters)
            else:
                found.append(look)
    return found
