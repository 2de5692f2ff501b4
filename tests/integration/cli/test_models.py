"""`kerf models`: pulled from a real server, kept only with the right hash, checked again on demand."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.integration.cli.test_operations import kerf

NETWORK = bytes(range(256)) * 500
CHANGED = b"another network"
PINNED = hashlib.sha256(NETWORK).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """The network under its revision; something else where the tag was moved."""

    def do_GET(self) -> None:
        known = {"/v1/net.onnx": NETWORK, "/moved/net.onnx": CHANGED}
        if self.path not in known:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(known[self.path])))
        self.end_headers()
        self.wfile.write(known[self.path])

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()


@pytest.fixture
def data(server: str, tmp_path: Path) -> Path:
    """A data folder whose installation declares three networks of its own."""
    folder = tmp_path / "models" / "manifests"
    folder.mkdir(parents=True)
    for name, revision in (("own", "v1"), ("own-moved", "moved"), ("own-missing", "v2")):
        manifest = {
            "name": name,
            "task": "ocr-recognition",
            "revision": revision,
            "sha256": PINNED,
            "licence": "MIT",
            "url": f"{server}/{revision}/net.onnx",
            "languages": ["grc"],
        }
        (folder / f"{name}.json").write_text(json.dumps(manifest), encoding="utf-8")
    return tmp_path


def networks(data: Path) -> list[Path]:
    """Every file beside the manifests."""
    return sorted(path for path in (data / "models").rglob("*") if path.is_file() and path.suffix != ".json")


def state(data: Path, name: str) -> str:
    """What `kerf models list` says of a file."""
    listed = kerf("models", "list", "--data", str(data))
    assert listed.returncode == 0, listed.stderr
    (line,) = [line for line in listed.stdout.splitlines() if line.split()[0] == name]
    return line.split("  ", 1)[1].strip()


def test_a_network_is_pulled_once_and_found_right(data: Path) -> None:
    assert state(data, "own").startswith("not pulled")
    pulled = kerf("models", "pull", "own", "--data", str(data))
    assert pulled.returncode == 0, pulled.stderr
    (path,) = networks(data)
    assert path.read_bytes() == NETWORK
    assert str(path) in pulled.stdout
    assert state(data, "own").startswith("here")
    assert "MIT: grc" in state(data, "own")
    verified = kerf("models", "verify", "--data", str(data))
    assert verified.returncode == 0, verified.stderr
    assert f"own  right  {path}" in verified.stdout.splitlines()


def test_a_tag_that_was_moved_leaves_nothing_behind(data: Path) -> None:
    refused = kerf("models", "pull", "own-moved", "--data", str(data))
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert f"{hashlib.sha256(CHANGED).hexdigest()} and not {PINNED}: nothing was kept" in line
    assert networks(data) == []
    assert state(data, "own-moved").startswith("not pulled")


def test_what_cannot_be_fetched_leaves_nothing_behind(data: Path) -> None:
    missing = kerf("models", "pull", "own-missing", "--data", str(data))
    assert (missing.returncode, missing.stderr.count("\n")) == (2, 1)
    assert "404" in missing.stderr
    assert networks(data) == []


def test_a_wrong_pull_does_not_touch_what_is_there(data: Path) -> None:
    kept = data / "models" / "networks" / "own-moved.onnx"
    kept.parent.mkdir()
    kept.write_bytes(NETWORK)
    assert kerf("models", "pull", "own-moved", "--data", str(data)).returncode == 2
    assert kept.read_bytes() == NETWORK


def test_a_file_that_changed_is_found_and_not_used(data: Path) -> None:
    assert kerf("models", "pull", "own", "--data", str(data)).returncode == 0
    (path,) = networks(data)
    path.write_bytes(NETWORK[:-1] + b"\0")
    verified = kerf("models", "verify", "--data", str(data))
    assert verified.returncode == 2
    assert f"own  WRONG  {path}" in verified.stdout.splitlines()
    assert verified.stderr == "kerf: 1 file(s) are not what Kerf was pinned to\n"


def test_a_manifest_that_cannot_be_used_is_named(data: Path) -> None:
    (data / "models" / "manifests" / "zzz.json").write_text('{"name": "zzz"}', encoding="utf-8")
    for command in ("list", "verify"):
        done = kerf("models", command, "--data", str(data))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert done.stderr == "kerf: the manifest zzz.json cannot be used: task: Field required\n"
