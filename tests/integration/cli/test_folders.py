"""Folders as a user names them: what git ignores is left out, and all that is left out is reported."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.folders import below
from tests.integration.cli.test_documents import kerf

NAMES = st.sampled_from(["a", "b.log", "keep.log", "build", "x y", "[z]"])
RULES = st.lists(
    st.sampled_from(
        [
            "*.log",
            "!keep.log",
            "/build/",
            "build",
            "a/b.log",
            "**/a",
            "x\\ y",
            "[[]z]",
            "[!a]*",
            "b*l*g",
            "?",
            "a/**",
            "a/**/b.log",
            "*/build",
            "#",
            "",
            "a/",
            "!",
            "[",
            "\\",
        ]
    ),
    max_size=4,
)


def made(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def names_below(folder: Path) -> tuple[list[str], list[str]]:
    skipped: list[str] = []
    found = below(str(folder), lambda name, _: skipped.append(os.path.relpath(name, folder)))
    return [os.path.relpath(name, folder) for name in found], skipped


def test_what_git_ignores_is_left_out_and_reported(tmp_path: Path) -> None:
    repository = made(
        tmp_path / "repository",
        {
            ".git/HEAD": b"",
            ".gitignore": b"*.log\n!keep.log\n/out/\nbuild/\n",
            "a.log": b"Left out.",
            "keep.log": b"Kept.",
            "out/x.txt": b"Left out.",
            "src/a.py": b"a = 1\n",
            "src/__init__.py": b"",
            "src/build/g.py": b"g = 1\n",
            "docs/.gitignore": b"secret.md\n",
            "docs/secret.md": b"# Left out\n",
            "docs/x.bin": bytes(range(256)) * 9,
        },
    )
    (repository / "src" / "link.py").symlink_to("a.py")
    done = kerf("segment", repository)
    assert done.returncode == 0
    chunks = [json.loads(line) for line in done.stdout.splitlines()]
    documents = [chunk["document"] for chunk in chunks]
    assert documents == [str(repository / name) for name in ("keep.log", "src/a.py")]
    code = json.loads(kerf("segment", repository, "--strategy", "cast").stdout.splitlines()[1])
    assert (code["metadata"]["path"], code["context"]) == ("src/a.py", "# src/a.py")
    told = {
        ".git/": "hidden",
        ".gitignore": "hidden",
        "a.log": "ignored",
        "docs/.gitignore": "hidden",
        "docs/secret.md": "ignored",
        "docs/x.bin": "unsupported_type",
        "out/": "ignored",
        "src/__init__.py": "empty_file",
        "src/link.py": "link",
        "src/build/": "ignored",
    }
    lines = [f"kerf: {repository}/{name}: skipped: {why}" for name, why in told.items()]
    assert sorted(done.stderr.decode().splitlines()) == sorted(lines)


def test_rules_above_a_folder_hold_inside_its_repository_only(tmp_path: Path) -> None:
    made(tmp_path, {".gitignore": b"*\n", "inner/.git/HEAD": b"", "inner/.gitignore": b"*.log\n"})
    made(tmp_path, {"inner/src/a.log": b"1", "inner/src/a.py": b"1"})
    assert names_below(tmp_path / "inner" / "src") == (["a.py"], ["a.log"])


def test_a_bad_file_that_was_named_is_no_skipped_one(tmp_path: Path) -> None:
    made(tmp_path, {"empty.txt": b""})
    assert kerf("segment", tmp_path / "empty.txt").returncode == 2


@settings(max_examples=25)
@given(
    files=st.sets(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=6), outer=RULES, inner=RULES
)
def test_the_same_files_are_left_out_as_by_git(
    tmp_path_factory: pytest.TempPathFactory, files: set[str], outer: list[str], inner: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("repository")
    kept = [name for name in sorted(files) if not any(other.startswith(name + "/") for other in files)]
    made(folder, dict.fromkeys(kept, b"x"))
    made(
        folder,
        {".gitignore": "\n".join(outer).encode(), "a/.gitignore": "\n".join(inner).encode()}
        if "a" not in kept
        else {".gitignore": "\n".join(outer).encode()},
    )
    git = ["git", "-C", str(folder)]
    try:
        subprocess.run([*git, "init", "-q"], check=True)
    except FileNotFoundError:
        pytest.skip("git is not installed")
    listed = subprocess.run(
        [*git, "ls-files", "-z", "--others", "--exclude-standard"], check=True, capture_output=True, text=True
    )
    expected = sorted(name for name in listed.stdout.split("\0") if name and not name.endswith(".gitignore"))
    assert names_below(folder)[0] == expected
