"""Characters that no text should hold, taken out once, before any offset exists."""

import re
from dataclasses import dataclass

from models.document import Drop, DropReason

UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]+")
"""C0 controls other than tab, line feed, form feed and carriage return; and lone surrogates."""

_NAMED = 64


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text that can be stored and encoded anywhere, and what was taken out of it."""

    text: str
    drops: tuple[Drop, ...] = ()


def clean(text: str, page: int | None = None) -> Cleaned:
    """Without control characters and surrogates; one drop for each different run of them."""
    runs = UNWANTED.findall(text)
    if not runs:
        return Cleaned(text)
    return Cleaned(UNWANTED.sub("", text), _declared(runs, page))


def clean_line(text: str) -> str:
    """One line of metadata: cleaned, white space collapsed."""
    return " ".join(UNWANTED.sub(" ", text).split())


def _declared(runs: list[str], page: int | None) -> tuple[Drop, ...]:
    counts: dict[str, int] = {}
    for run in runs:
        name = _name(run)
        counts[name] = counts.get(name, 0) + 1
    return tuple(
        Drop(DropReason.CONTROL_CHARACTER, name if count == 1 else f"{name} ({count} times)", page)
        for name, count in counts.items()
    )


def _name(run: str) -> str:
    """The run in words, since a drop's own text must be clean: `U+0000 x 4096`."""
    names: list[tuple[str, int]] = []
    for char in run[:_NAMED]:
        name = f"U+{ord(char):04X}"
        if names and names[-1][0] == name:
            names[-1] = (name, names[-1][1] + 1)
        else:
            names.append((name, 1))
    if len(names) == 1:
        names[0] = (names[0][0], len(run))
    more = " …" if len(names) > 1 and len(run) > _NAMED else ""
    return " ".join(name if count == 1 else f"{name} x {count}" for name, count in names) + more
