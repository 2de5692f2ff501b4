"""What a .gitignore file leaves out (gitignore(5)), in time that no pattern can multiply.

A pattern becomes a regular expression that never tries again what it has passed: between two wildcards the
first place that fits is always good enough, so each of them is an atomic group.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

RULES = ".gitignore"
LONGEST_RULE = 4096
"""Characters of a line; longer ones are none."""

ASKING = 32
"""What every question costs, in characters of a path."""

_NEVER = r"(?!)"
_BEFORE_SLASH = r"(?=/|\Z)"
_CLASSES = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}
"""Of wildmatch, for ASCII."""

Piece = list[str]
"""Expressions for one character each, between two stars; a slash stands for itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: the last one that matches decides. `anywhere`: it is about names, at any depth."""

    pattern: re.Pattern[str]
    leaves_out: bool
    anywhere: bool
    only_folders: bool


class Rules:
    """The .gitignore files of a tree, by the paths of their folders; `` is the outermost.

    `work` grows with every question, by the size of the rules times that of the path.
    """

    def __init__(self) -> None:
        self._of: dict[str, tuple[list[Rule], int]] = {}
        self.work = 0

    def add(self, folder: str, text: str) -> None:
        """The rules of a folder, in place of those it had."""
        lines = text.removeprefix("\ufeff").split("\n")
        self._of[folder] = ([rule for line in lines if (rule := _rule(line.removesuffix("\r")))], len(text))

    def leave_out(self, path: str, *, is_folder: bool) -> bool:
        """Whether the last rule about it leaves it out; rules of inner folders count more.

        What lies in a folder that is left out is left out with it: ask for the folder first.
        """
        name = path.rpartition("/")[2]
        for folder in _above(path):
            rules, size = self._of.get(folder, ((), 0))
            self.work += size * (ASKING + len(path))
            inside = path[len(folder) + 1 :] if folder else path
            for rule in reversed(rules):
                is_about = is_folder or not rule.only_folders
                if is_about and rule.pattern.fullmatch(name if rule.anywhere else inside):
                    return rule.leaves_out
        return False


def _above(path: str) -> Iterator[str]:
    """The folders around it, the innermost first."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def _rule(line: str) -> Rule | None:
    """The rule in a line; none in blank ones and remarks."""
    if line.startswith("#") or len(line) > LONGEST_RULE:
        return None
    pattern = _without_blanks(line)
    leaves_out = not pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    only_folders = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    anywhere = "/" not in pattern
    pattern = pattern.removeprefix("/")
    if not pattern:
        return None
    return Rule(re.compile(expression(pattern), re.DOTALL), leaves_out, anywhere, only_folders)


def _without_blanks(line: str) -> str:
    """Without the blanks at its end, save those behind a backslash."""
    short = line.rstrip(" ")
    slashes = len(short) - len(short.rstrip("\\"))
    return short + " " if slashes % 2 and short != line else short


def expression(glob: str) -> str:
    """The regular expression for a whole path, relative to the folder of the rule."""
    runs: list[list[Piece]] = [[[]]]
    at = 0
    while at < len(glob):
        if glob[at] != "*":
            item, at = _item(glob, at)
            runs[-1][-1].append(item)
            continue
        start = at
        while glob[at : at + 1] == "*":
            at += 1
        if at - start == 1 or glob[start - 1 : start] not in {"", "/"} or glob[at : at + 1] not in {"", "/"}:
            runs[-1].append([])
        elif at == len(glob):
            return _joined(runs, tail=".*")
        else:
            runs.append([[]])
            at += 1
    return _joined(runs)


def _joined(runs: list[list[Piece]], tail: str = r"\Z") -> str:
    """Runs stand any number of folders apart; the first place that fits will do, but for the last run."""
    first, *others = [_of_run(run) for run in runs]
    middle = [f"(?>(?:[^/]*+/)*?{run})" for run in others[:-1]]
    last = [f"(?>(?:[^/]*+/)*?{run}{tail})" for run in others[-1:]] or [tail]
    return "".join([first, *middle, *last])


def _of_run(pieces: list[Piece]) -> str:
    """Pieces with a star between any two. A star stays in its folder: the last before a slash is bound."""
    first, *others = pieces
    made = ["".join(first)]
    for number, piece in enumerate(others, 1):
        end = piece.index("/") if "/" in piece else len(piece)
        is_bound = end < len(piece) or number == len(others)
        star = "[^/]*" if is_bound else "[^/]*?"
        made.append(f"(?>{star}{''.join(piece[:end])}{_BEFORE_SLASH if is_bound else ''})")
        made += piece[end:]
    return "".join(made)


def _item(glob: str, at: int) -> tuple[str, int]:
    """The expression for what stands there, one character of a path; where it goes on."""
    match glob[at]:
        case "?":
            return "[^/]", at + 1
        case "[":
            return _set(glob, at + 1)
        case "\\":
            return (re.escape(glob[at + 1]) if at + 1 < len(glob) else _NEVER), at + 2
        case character:
            return re.escape(character), at + 1


def _set(glob: str, at: int) -> tuple[str, int]:
    """A set in brackets, from behind the first one. One that does not end matches nothing."""
    is_negated = glob[at : at + 1] in {"!", "^"}
    at += is_negated
    items: list[str] = []
    begin, before = at, ""
    while glob[at : at + 1] != "]" or at == begin:
        if at >= len(glob):
            return _NEVER, len(glob)
        end = glob.find("]", at + 2)
        if glob.startswith("[:", at) and end >= 0 and glob[end - 1] == ":" and end - 1 > at + 1:
            items.append(_CLASSES.get(glob[at + 2 : end - 1], ""))
            before, at = "", end + 1
        elif glob[at] == "-" and before and glob[at + 1 : at + 2] not in {"", "]"}:
            last, at = _character(glob, at + 1)
            items.append(f"{re.escape(before)}-{re.escape(last)}" if before <= last else "")
            before = ""
        else:
            before, at = _character(glob, at)
            items.append(re.escape(before))
    inside = "".join(items)
    if is_negated:
        return f"[^/{inside}]", at + 1
    return (f"(?!/)[{inside}]" if inside else _NEVER), at + 1


def _character(glob: str, at: int) -> tuple[str, int]:
    """One member of a set, perhaps behind a backslash."""
    at += glob[at] == "\\" and at + 1 < len(glob)
    return glob[at], at + 1
