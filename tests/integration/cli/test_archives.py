"""`kerf segment` opens archives: the same chunks, and the same report, as of the folder they unpack to."""

import json
from pathlib import Path

import pytest

from tests.integration.cli.test_documents import kerf
from tests.integration.cli.test_folders import made
from tests.support.packed import FORMS, zipped

FILES = {
    "pkg/.gitignore": b"*.log\n/out/\n",
    "pkg/a.log": b"left out",
    "pkg/out/deep/b.txt": b"left out",
    "pkg/b.py": b"class B:\n    def b(self):\n        return 1\n",
    "pkg/a/b.py": b"class B:\n    def b(self):\n        return 1\n",
    "pkg/a.py": b"import b\n",
    "pkg/page.html": b"<!doctype html><title>T</title><p>Text.",
    "pkg/empty.py": b"",
    "pkg/x.bin": bytes(range(256)) * 9,
    "pkg/bad.pdf": b"%PDF-1.7\nnot really",
    "pkg/inner.zip": zipped({"x.py": b"x = 1\n"}),
}
OPTIONS = ("--strategy", "cast", "--tokenizer", "words", "--max-tokens", "64")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files below `x`."""
    return made(tmp_path_factory.mktemp("files") / "x", FILES)


def outcome(path: Path) -> tuple[list[str], list[str], int]:
    """Chunks, lines about what was left out or failed, exit code; the name of what was named is `x`."""
    done = kerf("segment", path, *OPTIONS)
    chunks, lines = (text.decode().replace(str(path), "x") for text in (done.stdout, done.stderr))
    return chunks.splitlines(), sorted(lines.splitlines()), done.returncode


def test_an_archive_gives_what_the_folder_gives(folder: Path, tmp_path: Path) -> None:
    expected = outcome(folder)
    chunks, lines, code = expected
    assert [json.loads(chunk)["document"] for chunk in chunks] == [
        f"x/pkg/{name}" for name in ("a.py", "a/b.py", "b.py", "page.html")
    ]
    assert [line for line in lines if "skipped" not in line] == [line for line in lines if "bad.pdf" in line]
    assert len(lines) == 7
    assert code == 2
    (tmp_path / "a.tar.gz").write_bytes(FORMS["a.tar.gz"](FILES))
    assert outcome(tmp_path / "a.tar.gz") == expected


def test_an_archive_comes_from_standard_input_too() -> None:
    done = kerf("segment", "-", "--tokenizer", "words", stdin=zipped({"a.txt": b"Text."}))
    assert [json.loads(line)["document"] for line in done.stdout.splitlines()] == ["-/a.txt"]


def test_an_archive_of_nothing_is_one_line_and_other_commands_open_none(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"a.txt": b""}))
    done = kerf("segment", tmp_path / "a.zip")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"kerf: {tmp_path}/a.zip: no_members: ")
    done = kerf("parse", tmp_path / "a.zip")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"kerf: {tmp_path}/a.zip: archive: ")
