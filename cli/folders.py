"""Folders on the command line: what is below them, as git would see it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from models.members import Reason
from services.extraction.ignoring import RULES, Rules

REPOSITORY = ".git"

Skip = Callable[[str, str], None]
"""Told the name of what is left out, and why."""


def below(folder: str, skip: Skip) -> list[str]:
    """The files below a folder, sorted; links, hidden ones and those that a .gitignore names are left out.

    In a repository the rules of the folders above it hold, too (gitignore(5)).
    """
    root = Path(folder)
    resolved = root.resolve()
    tree = Tree(resolved)
    found: list[str] = []
    for base, folders, files in os.walk(root):
        place = resolved / Path(base).relative_to(root)
        tree.read(place)

        def wanted(names: list[str], ends: str = "", base: str = base, place: Path = place) -> Iterator[str]:
            for name in sorted(names):
                reason = tree.reason(place / name, is_folder=bool(ends))
                if reason is None:
                    yield name
                else:
                    skip(f"{Path(base, name)}{ends}", reason)

        folders[:] = wanted(folders, "/")
        found += [str(Path(base, name)) for name in wanted(files)]
    return sorted(found)


class Tree:
    """The rules of a repository, or of a folder that lies in none."""

    def __init__(self, root: Path) -> None:
        around = (root, *root.parents)
        self._top = next((folder for folder in around if (folder / REPOSITORY).exists()), root)
        self._rules = Rules()
        for folder in root.parents:
            if folder.is_relative_to(self._top):
                self.read(folder)

    def read(self, folder: Path) -> None:
        """The rules of a folder, where there are some."""
        path = folder / RULES
        if path.is_file():
            self._rules.add(self._name(folder), path.read_text("utf-8", "replace"))

    def reason(self, path: Path, *, is_folder: bool) -> Reason | None:
        """Why it is left out, if it is."""
        if path.name.startswith("."):
            return Reason.HIDDEN
        if self._rules.leave_out(self._name(path), is_folder=is_folder):
            return Reason.IGNORED
        return Reason.LINK if path.is_symlink() else None

    def _name(self, path: Path) -> str:
        return "" if path == self._top else path.relative_to(self._top).as_posix()
