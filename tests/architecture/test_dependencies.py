"""What is installed is exactly what is locked, from whichever registry a machine uses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import source

LOCKS = sorted((source.ROOT / "requirements").glob("*.lock"))
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
REGISTRY = re.compile(r"index-url|find-links|trusted-host|tool\.uv\.(?:index|sources)|https?://\S*/simple\b")
CONFIGURATION = (
    "*.toml",
    "*.lock",
    "*.in",
    "*.cfg",
    "*.ini",
    "*.yml",
    "*.yaml",
    "Dockerfile",
    "Makefile",
    ".ci/run",
)


def requirements(lock: Path) -> Iterator[str]:
    """Each requirement with its continuation lines joined."""
    joined = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    yield from (line for line in joined.splitlines() if line and not line.startswith("#"))


def versions(lock: Path) -> set[tuple[str, str]]:
    """Name and version of everything the lock pins."""
    return {(match[1], match[2]) for line in requirements(lock) if (match := PINNED.match(line))}


def configuration_files() -> list[Path]:
    """The files at the root and beside the locks that could name a registry."""
    folders = (source.ROOT, source.ROOT / "requirements")
    return [path for folder in folders for pattern in CONFIGURATION for path in sorted(folder.glob(pattern))]


@pytest.mark.parametrize("lock", LOCKS, ids=source.name_of)
def test_every_locked_package_is_pinned_and_hashed(lock: Path) -> None:
    lines = list(requirements(lock))
    assert lines
    assert [line for line in lines if not (PINNED.match(line) and "--hash=sha256:" in line)] == []


def test_tests_run_on_the_versions_that_ship() -> None:
    shipped, tested = (versions(source.ROOT / "requirements" / f"{name}.lock") for name in ("runtime", "dev"))
    assert shipped
    assert shipped <= tested


def test_no_file_names_a_package_registry() -> None:
    naming = [path for path in configuration_files() if REGISTRY.search(path.read_text(encoding="utf-8"))]
    assert [source.name_of(path) for path in naming] == []


def test_no_lock_of_another_tool_lies_about() -> None:
    others = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt")
    assert [name for name in others if (source.ROOT / name).exists()] == []
