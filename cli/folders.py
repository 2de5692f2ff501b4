"""Folders on the command line: what is below them, as git would see it."""

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

RULES, REPOSITORY = ".gitignore", ".git"

Skip = Callable[[str, str], None]
"""Told the name of what is left out, and why."""


def below(folder: str, skip: Skip) -> list[str]:
    """The files below a folder, sorted; hidden ones and those that a .gitignore names are left out.

    In a repository the rules of the folders above it hold, too (gitignore(5)).
    """
    root = Path(folder)
    resolved = root.resolve()
    rules = _Rules(resolved)
    found: list[str] = []
    for base, folders, files in os.walk(root):
        place = resolved / Path(base).relative_to(root)
        rules.read(place)

        def wanted(names: list[str], ends: str = "", base: str = base, place: Path = place) -> Iterator[str]:
            for name in sorted(name for name in names if not name.startswith(".")):
                if rules.ignore(place / name, ends):
                    skip(f"{Path(base, name)}{ends}", "ignored by .gitignore")
                else:
                    yield name

        folders[:] = wanted(folders, "/")
        found += [str(Path(base, name)) for name in wanted(files)]
    return sorted(found)


class _Rules:
    """The .gitignore files that were read, by their folders."""

    def __init__(self, root: Path) -> None:
        self._of: dict[Path, GitIgnoreSpec] = {}
        repository = next(
            (folder for folder in (root, *root.parents) if (folder / REPOSITORY).exists()), root
        )
        for folder in root.parents:
            if folder.is_relative_to(repository):
                self.read(folder)

    def read(self, folder: Path) -> None:
        """Those of a folder, where there are some."""
        path = folder / RULES
        if path.is_file():
            from pathspec import GitIgnoreSpec

            lines = path.read_text("utf-8", "replace").splitlines()
            self._of[folder] = GitIgnoreSpec([pattern for line in lines for pattern in _patterns(line)])

    def ignore(self, path: Path, ends: str) -> bool:
        """Whether the last rule about it leaves it out; rules of inner folders count more."""
        for folder in path.parents:
            if folder in self._of:
                told = self._of[folder].check_file(f"{path.relative_to(folder).as_posix()}{ends}").include
                if told is not None:
                    return told
        return False


def _patterns(line: str) -> "list[GitIgnoreSpecPattern]":
    """The pattern in a line; none in one that git would not understand either."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of regular expressions that the package makes
            return [GitIgnoreSpecPattern(line)]
    except ValueError:
        return []
