"""A file is fetched whole, with the right content, or not at all."""

import hashlib
import importlib
import inspect
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.errors import StorageError, Unavailable
from services.inference.weights import RANKS as PINNED
from services.inference.weights import RANKS_URL
from services.infra.download import fetch

RANKS = b"".join(b"dG9rZW4%d %d\n" % (number, number) for number in range(5000))
RIGHT = hashlib.sha256(RANKS).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """The file at /file, half of it at /half, elsewhere nothing."""

    def do_GET(self) -> None:
        if self.path not in {"/file", "/half"}:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(RANKS)))
        self.end_headers()
        self.wfile.write(RANKS if self.path == "/file" else RANKS[: len(RANKS) // 2])

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


def test_the_right_file_appears_under_its_name(server: str, tmp_path: Path) -> None:
    target = tmp_path / "tiktoken" / "ranks"
    fetch(f"{server}/file", target, sha256=RIGHT)
    assert target.read_bytes() == RANKS
    assert list(target.parent.iterdir()) == [target]


def test_a_wrong_hash_keeps_nothing_and_says_both(server: str, tmp_path: Path) -> None:
    wrong = "0" * 64
    with pytest.raises(StorageError, match=f"{RIGHT} and not {wrong}: nothing was kept"):
        fetch(f"{server}/file", tmp_path / "ranks", sha256=wrong)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_hash_leaves_the_old_file_alone(server: str, tmp_path: Path) -> None:
    (tmp_path / "ranks").write_bytes(b"old")
    with pytest.raises(StorageError):
        fetch(f"{server}/file", tmp_path / "ranks", sha256="0" * 64)
    assert (tmp_path / "ranks").read_bytes() == b"old"


def test_a_file_that_is_too_large_is_not_kept(server: str, tmp_path: Path) -> None:
    for most in (len(RANKS) - 1, 1):
        with pytest.raises(StorageError, match=f"larger than {most} bytes"):
            fetch(f"{server}/file", tmp_path / "ranks", sha256=RIGHT, most=most)
    assert list(tmp_path.iterdir()) == []
    fetch(f"{server}/file", tmp_path / "ranks", sha256=RIGHT, most=len(RANKS))


def test_without_a_network_nothing_is_kept(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable, match="cannot be fetched"):
        fetch(f"http://127.0.0.1:{port}/file", tmp_path / "ranks", sha256=RIGHT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("path", ["missing", "half"])
def test_what_does_not_come_whole_keeps_nothing(server: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(Unavailable, match="cannot be fetched"):
        fetch(f"{server}/{path}", tmp_path / "ranks", sha256=RIGHT)
    assert list(tmp_path.iterdir()) == []


def test_the_pinned_hashes_are_those_that_tiktoken_checks() -> None:
    openai_public = importlib.import_module("tiktoken_ext.openai_public")
    for encoding, digest in PINNED.items():
        source = inspect.getsource(getattr(openai_public, encoding))
        assert digest in source
        assert RANKS_URL.format(name=encoding) in source
