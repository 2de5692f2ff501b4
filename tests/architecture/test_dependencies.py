"""What is installed is exactly what is locked, from whichever registry a machine uses."""

import importlib.metadata
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


FLOORS = {
    "starlette": "1.3.1",  # CVE-2026-54283: limits of forms ignored; CVE-2026-48710, CVE-2025-62727 and older
    "python-multipart": "0.0.32",  # CVE-2026-42561, CVE-2026-40347, CVE-2026-24486 and older
    "h11": "0.16.0",  # CVE-2025-43859: requests smuggled
    "pymupdf": "2.0",  # what the sandbox and its limits were measured with
    "tree-sitter": "0.26.1",  # 0.26.0 walks ancestors that are freed (py-tree-sitter 472)
}
"""The oldest versions without a known hole that reaches us."""


def number(version: str) -> tuple[int, ...]:
    """A version's numbers, to be compared."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def test_nothing_is_locked_or_installed_below_the_versions_that_mended_known_holes() -> None:
    for lock in (path for path in LOCKS if path.stem in {"runtime", "dev"}):
        locked = dict(versions(lock))
        assert {name for name, floor in FLOORS.items() if number(locked[name]) < number(floor)} == set()
    found = {name: importlib.metadata.version(name) for name in FLOORS}
    assert {name for name, floor in FLOORS.items() if number(found[name]) < number(floor)} == set()


def test_no_file_names_a_package_registry() -> None:
    naming = [path for path in configuration_files() if REGISTRY.search(path.read_text(encoding="utf-8"))]
    assert [source.name_of(path) for path in naming] == []


def test_no_lock_of_another_tool_lies_about() -> None:
    others = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt")
    assert [name for name in others if (source.ROOT / name).exists()] == []
