"""A world for each storm."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.world import World


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that another account may reach: as root Postgres is not root."""
    made = Path(tempfile.mkdtemp(prefix="kerf-storm-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def world(folder: Path, database_url: str) -> Iterator[World]:
    """A database and a Redis of its own; nothing of it runs afterwards."""
    made = World(folder, database_url)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def patient_world(folder: Path, database_url: str) -> Iterator[World]:
    """The same with the lease of an installation: nobody is given up for being slow."""
    made = World(folder, database_url, lease_seconds="30")
    try:
        yield made
    finally:
        made.close()
