"""P6: a parser that was taken over gets nowhere."""

import os
import sys
import zlib
from pathlib import Path

import pytest

from models.artifact import HEADER_BYTES
from services.runner import sandbox
from services.runner.values import Request
from tests.hostile.conftest import MakeChild

ESCAPING = (sys.executable, str(Path(__file__).with_name("escaping_child.py")))

pytestmark = pytest.mark.skipif(
    not all(wall.stands for wall in sandbox.walls()), reason="this kernel lacks a part; see `kerf doctor`"
)


def attempts(make_child: MakeChild, folder: Path, *without: str) -> dict[str, str]:
    """What the parser tried, and what came of it."""
    source, found = folder / "source.txt", folder / "found"
    source.write_text("Innocent.", encoding="utf-8")
    child = make_child((*ESCAPING, *without), memory_mb=1024)
    child.run(Request(source, "source.txt", "doc_1", None, artifact_out=found), lambda _: True)
    assert source.read_text(encoding="utf-8") == "Innocent."
    assert sorted(folder.iterdir()) == [found, source]
    return dict(
        line.split("=") for line in zlib.decompress(found.read_bytes()[HEADER_BYTES:]).decode().splitlines()
    )


def test_every_attempt_to_get_out_is_denied(
    make_child: MakeChild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERF_DATABASE_URL", "postgresql://user:secret@localhost/kerf")
    tried = attempts(make_child, tmp_path)
    assert len(tried) >= 40
    assert {name for name, outcome in tried.items() if outcome != "denied"} == set()


def test_landlock_alone_keeps_every_file_closed(make_child: MakeChild, tmp_path: Path) -> None:
    tried = attempts(make_child, tmp_path, "seccomp")
    assert len(tried) >= 10
    assert set(tried.values()) == {"denied"}


def test_the_attempts_would_be_seen_to_succeed_without_walls(make_child: MakeChild, tmp_path: Path) -> None:
    tried = attempts(make_child, tmp_path, "seccomp", "landlock")
    assert len(tried) >= 5
    assert set(tried.values()) == {"OPEN"}


def test_the_environment_of_a_parser_holds_nothing_of_ours(make_child: MakeChild, tmp_path: Path) -> None:
    os.environ["KERF_PLANTED"] = "secret"
    try:
        child = make_child()
        path = tmp_path / "a.txt"
        path.write_text("Text.", encoding="utf-8")
        child.run(Request(path, "a.txt", "doc_1", None), lambda _: True)
        seen = Path(f"/proc/{child._warmed[False].pid}/environ").read_bytes()
    finally:
        del os.environ["KERF_PLANTED"]
    assert b"secret" not in seen
    assert b"TOKENIZERS_PARALLELISM=false" in seen
