"""The code of the release before this one, taken out of the history of this checkout."""

import asyncio
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.upgrade import party
from tests.support import source

PREVIOUS = "0888ce6563a3"
"""The commit of the last release; whoever releases sets it. None was yet: one with schema 0014, so that every
migration after it is held against the rule of docs/decisions/0024-upgrades.md."""

SCHEMA = "0014"
"""The revision of its database."""

PARTS = (
    "api",
    "cli",
    "migrations",
    "models",
    "services",
    "workers",
    "tests",
    "pyproject.toml",
    "docs/api.md",
)


def git(*arguments: str) -> bytes:
    """What git says of this checkout; skips where it has no such history."""
    try:
        return subprocess.run(
            ["git", "-C", str(source.ROOT), *arguments], capture_output=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this checkout has no history to take the release before out of: {error}")


def sources(commit: str, folder: Path) -> Path:
    """The sources of a commit, in a folder of their own."""
    packed = git("archive", "--format=tar", commit, *PARTS)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


class Remote:
    """A party in a process of another release."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def __getattr__(self, step: str) -> Any:
        async def done(*positional: Any, **named: Any) -> Any:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps([step, positional, named]).encode() + b"\n")
            return await self.answer()

        return done

    async def answer(self) -> Any:
        """The next line."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the other release has ended; what it said is above"
        return json.loads(line)


@asynccontextmanager
async def remote(tree: Path, url: str, folder: Path) -> AsyncIterator[Remote]:
    """The release whose sources are in `tree`, on this database."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(party.__file__)),
        str(folder),
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "UPGRADE_DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=1 << 24,
    )
    try:
        other = Remote(process)
        assert Path(await other.answer()).is_relative_to(tree)
        yield other
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()
