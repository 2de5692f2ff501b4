"""Dumps of the embedded store by the programs it came with, which fit its version."""

import subprocess
from pathlib import Path

from sqlalchemy import make_url

from models.errors import Unavailable
from services.infra.postmaster import programs


def dump(folder: Path, url: str, target: Path) -> None:
    """Write one consistent picture of the database, as of now; others go on working."""
    _run(folder, "pg_dump", url, "--format=custom", f"--file={target}")


def load(folder: Path, url: str, source: Path) -> None:
    """Fill an empty database; all of it, or Unavailable."""
    _run(folder, "pg_restore", url, "--no-acl", "--single-transaction", str(source))


def _run(folder: Path, program: str, url: str, *arguments: str) -> None:
    where = make_url(url)
    command = [str(programs(folder) / program), f"--username={where.username}", f"--dbname={where.database}"]
    command += [f"--host={where.query['host']}", "--no-password", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the wheel's own
    if done.returncode != 0:
        raise Unavailable(f"{program} failed: {done.stderr.strip()[-500:]}")
