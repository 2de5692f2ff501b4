"""What an archive's own .gitignore files and hidden names leave out, whole folders at a time."""

from models.errors import ExpansionLimit
from models.limits import MEGABYTE, Limits
from models.members import Reason
from services.extraction.entries import Entry
from services.extraction.ignoring import Rules

MOST_RULES = MEGABYTE // 4
"""Bytes of all rules of one archive."""

MOST_WORK = 20_000_000_000
"""See Rules: some minutes with the worst patterns there are, far from what any repository asks for."""

Verdict = tuple[str, Reason | None]
"""What is left out, a folder with its slash, and why; None for nothing."""


class Sieve:
    """Takes all rules first, then tells of each entry. ExpansionLimit for rules or folders without end."""

    def __init__(self, limits: Limits) -> None:
        self._rules = Rules()
        self._size = 0
        self._most_folders = limits.max_listed
        self._folders: dict[str, Verdict] = {"": ("", None)}

    def add(self, path: str, data: bytes) -> None:
        """The rules in a file of the archive."""
        self._size += len(data)
        if self._size > MOST_RULES:
            raise ExpansionLimit("The archive's .gitignore files are too large.")
        self._rules.add(path.rpartition("/")[0], data.decode("utf-8", "replace"))

    def verdict(self, entry: Entry) -> Verdict:
        """On the outermost folder around it that is left out, else on the entry itself."""
        path = entry.path
        if not path or entry.reason in {Reason.UNSAFE_NAME, Reason.NAME_TOO_LONG}:
            return path, entry.reason
        if entry.is_folder:
            return self._folder(path)
        around, reason = self._folder(path.rpartition("/")[0])
        if reason is not None:
            return around, reason
        return path, self._own(path, is_folder=False) or entry.reason

    def _folder(self, path: str) -> Verdict:
        """Of the folder: the known one around it decides, or the first one on the way in that is left out."""
        inward: list[str] = []
        while path not in self._folders:
            inward.append(path)
            path = path.rpartition("/")[0]
        found = self._folders[path]
        for folder in reversed(inward):
            if found[1] is None:
                found = (f"{folder}/", self._own(folder, is_folder=True))
            self._folders[folder] = found
        if len(self._folders) > self._most_folders:
            raise ExpansionLimit(f"The archive has more than {self._most_folders} folders.")
        return found

    def _own(self, path: str, *, is_folder: bool) -> Reason | None:
        if path.rpartition("/")[2].startswith("."):
            return Reason.HIDDEN
        if self._rules.work > MOST_WORK:
            raise ExpansionLimit("The archive's .gitignore files ask for too much.")
        return Reason.IGNORED if self._rules.leave_out(path, is_folder=is_folder) else None
