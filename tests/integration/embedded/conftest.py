"""Folders that another account may reach: as root the embedded Postgres is not root."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder outside pytest's own tree, whose rights every new run of pytest takes away again."""
    made = Path(tempfile.mkdtemp(prefix="kerf-up-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
