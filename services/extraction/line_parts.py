"""Parts of a line: how each word looks, a line cut between two words, small capitals told from capitals."""

from dataclasses import replace
from itertools import accumulate

from models.geometry import bounds
from services.extraction.frames import flat
from services.extraction.raw import RawLine, RawWord, Run, Style

_SMALLEST, _LARGEST = 0.65, 0.9
_SMALLER, _SHIFTED = 0.9, 0.03


def is_mixed(line: RawLine) -> bool:
    """Whether it has several looks and it is known where; not when words were taken out of it."""
    letters = sum(len(word.text) for word in line.words)
    return bool(line.runs) and sum(run.letters for run in line.runs) == letters


def beside(line: RawLine, largest: RawLine) -> Run:
    """A line of one look as a run of the row it stands in, above or below the row's largest line."""
    own, other = flat(line.box, line.turn), flat(largest.box, line.turn)
    small, slack = line.style.size < _SMALLER * largest.style.size, _SHIFTED * largest.style.size
    letters = sum(len(word.text) for word in line.words)
    raised = small and own.y0 < other.y0 - slack
    return Run(letters, line.style, raised, small and not raised and own.y1 > other.y1 + slack)


def word_styles(line: RawLine) -> list[Style]:
    """The look of each word's first character."""
    if not is_mixed(line):
        return [line.style] * len(line.words)
    letters = [run.style for run in line.runs for _ in range(run.letters)]
    starts = accumulate((len(word.text) for word in line.words[:-1]), initial=0)
    return [letters[start] for start in starts]


def cut(line: RawLine, count: int) -> tuple[RawLine, RawLine]:
    """The first so many words and the rest, both not empty, each with the runs of its own."""
    letters = sum(len(word.text) for word in line.words[:count])
    first, second = _cut_runs(line.runs, letters)
    return _part(line, line.words[:count], first), _part(line, line.words[count:], second)


def wording(line: RawLine) -> str:
    """The text; capitals of a smaller size among larger ones are small capitals and become small letters."""
    text = line.text
    sizes = {run.style.size for run in line.runs if not run.raised}
    if len(sizes) != 2 or text != text.upper() or not is_mixed(line):  # noqa: PLR2004  capitals, and those that are small ones
        return text
    small, large = min(sizes), max(sizes)
    if not _SMALLEST * large <= small <= _LARGEST * large:
        return text
    flags = (run.style.size == small for run in line.runs for _ in range(run.letters))
    return "".join(char if char == " " or not next(flags) else char.lower() for char in text)


def _cut_runs(runs: tuple[Run, ...], letters: int) -> tuple[list[Run], list[Run]]:
    first: list[Run] = []
    second: list[Run] = []
    for run in runs:
        taken = min(run.letters, letters)
        letters -= taken
        if taken:
            first.append(run._replace(letters=taken))
        if taken < run.letters:
            second.append(run._replace(letters=run.letters - taken))
    return first, second


def _part(line: RawLine, words: tuple[RawWord, ...], runs: list[Run]) -> RawLine:
    """A line of those words; its look is that of most of its letters."""
    style = max(runs, key=lambda run: run.letters).style if runs else line.style
    kept = tuple(runs) if len(runs) > 1 else ()
    return replace(line, words=words, box=bounds([word.box for word in words]), style=style, runs=kept)
