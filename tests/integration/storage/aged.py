"""Stored files made as old as a test needs them."""

import os
from pathlib import Path

from services.infra.storage import QUARANTINE, address


def files_in(root: Path) -> dict[str, Path]:
    """Every stored file by its name, wherever it lies."""
    return {path.name: path for path in root.rglob("*") if path.is_file()}


def age(root: Path, *names: str) -> None:
    """Turns the clock of these files back to 1970; of all files when none is named."""
    for name, path in files_in(root).items():
        if not names or name in names:
            os.utime(path, (0, 0))


def is_at_its_address(root: Path, sha256: str) -> bool:
    return address(root, sha256).is_file()


def is_aside(root: Path, sha256: str) -> bool:
    return (root / QUARANTINE / sha256).is_file()
