"""The lines of docs/backup.md, run as they stand there: what is backed up lives on elsewhere."""

import os
import re
import subprocess
from pathlib import Path

import httpx2
import pytest

from tests.compose.conftest import PATIENCE, System
from tests.compose.test_compose import two_page_pdf, upload
from tests.support import source

pytestmark = [pytest.mark.compose, pytest.mark.timeout(2 * PATIENCE)]


def blocks() -> list[list[str]]:
    """What the page says for compose: the lines of each block."""
    page = (source.ROOT / "docs" / "backup.md").read_text(encoding="utf-8")
    part = page.split("\n## Compose", 1)[1].split("\n## ", 1)[0]
    return [block.split("\n    ") for block in re.findall(r"\n\n    (.*?)\n\n", part, re.DOTALL)]


def run(system: System, line: str, folder: Path) -> str:
    """A line of the page, for one installation; nobody sits at the terminal."""
    done = subprocess.run(
        line.replace("exec api", "exec -T api"),
        shell=True,
        cwd=folder,
        env={**os.environ, **system.settings, "COMPOSE_PROJECT_NAME": system.project},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_an_installation_is_backed_up_and_lives_on_elsewhere(
    system: System, client: httpx2.Client, tmp_path: Path
) -> None:
    job = upload(client, "kept.pdf", two_page_pdf())
    path = f"/v1/documents/{job['document']}/chunks"
    chunks = client.get(path).json()
    out, back = blocks()
    for line in out:
        run(system, line, tmp_path)
    other = System()
    try:
        told = [run(other, line, tmp_path) for line in back]
        assert told[-1].endswith("; 0 are not whole\n")
        found = httpx2.get(other.url + path, headers={"Authorization": client.headers["Authorization"]})
        assert found.json() == chunks
    finally:
        other.compose("down", "--volumes", "--timeout", "20", check=False)
