"""What takes long is computed once: bytes by name in one file."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path


class Store:
    """A table of a file below `folder`, in memory without one. Nothing in it grows old by itself."""

    def __init__(self, folder: Path | None, name: str) -> None:
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        self._rows = sqlite3.connect(folder / f"{name}.sqlite" if folder else ":memory:", timeout=60)
        self._rows.execute("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB)")

    def get(self, name: str) -> bytes | None:
        """What was put there."""
        row = self._rows.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def put(self, values: Mapping[str, bytes]) -> None:
        """All of them at once."""
        with self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", values.items())
