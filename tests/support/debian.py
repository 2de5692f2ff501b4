"""Debian packages without root: fetched by apt-get into the checkout's cache folder and unpacked there."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.locks import exclusive

CACHE = Path(__file__).parents[2] / ".cache" / "debian"
HINT = "install redis-server, or set KERF_TEST_REDIS_URL"


def unpacked(*packages: str) -> Path:
    """A folder that holds the packages' files and those of their dependencies this machine lacks."""
    root = CACHE / "+".join(packages)
    with exclusive("debian"):
        if not (root / ".complete").exists():
            shutil.rmtree(root, ignore_errors=True)
            fetch(packages, root)
            (root / ".complete").touch()
    return root


def fetch(packages: tuple[str, ...], root: Path) -> None:
    """Downloads and unpacks; raises RuntimeError with what to do instead where apt-get cannot."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise RuntimeError(f"no redis-server here and no apt-get to fetch one: {HINT}")
    for folder in ("lists/partial", "archives/archives/partial"):
        (CACHE / folder).mkdir(parents=True, exist_ok=True)
    apt_get("update")
    apt_get("install", "--download-only", "--reinstall", "--yes", "--no-install-recommends", *packages)
    root.mkdir(parents=True)
    for archive in sorted((CACHE / "archives/archives").glob("*.deb")):
        run("dpkg-deb", "--extract", str(archive), str(root))


def apt_get(*arguments: str) -> None:
    """apt-get with every folder it writes to moved into the cache, so that it needs no rights."""
    run(
        "apt-get",
        f"-oDir::State::Lists={CACHE / 'lists'}",
        f"-oDir::Cache={CACHE / 'archives'}",
        "-oDebug::NoLocking=1",
        "-oAPT::Sandbox::User=root",
        *arguments,
    )


def run(*command: str) -> None:
    """Runs to the end; raises RuntimeError with the output when the command fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}\n{HINT}")
