"""`kerf models`: pulled from a real server, kept only with the right hash, checked again on demand."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.integration.cli.test_operations import kerf
from tests.support.sat_files import Graph, trained_tokenizer, written

NETWORK = bytes(range(256)) * 500
CHANGED = b"another network"
PINNED = hashlib.sha256(NETWORK).hexdigest()
PARTS = {"model_optimized.onnx": NETWORK, "tokenizer.json": b"{}"}


class Handler(BaseHTTPRequestHandler):
    """The network under its revision; something else where the tag was moved."""

    def do_GET(self) -> None:
        known = {"/v1/net.onnx": NETWORK, "/moved/net.onnx": CHANGED}
        known |= {f"/parts/{name}": content for name, content in PARTS.items()}
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


@pytest.fixture
def of_parts(server: str, data: Path) -> Path:
    """One of them has two files."""
    files = [
        {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "url": f"{server}/parts/{name}"}
        for name, content in PARTS.items()
    ]
    manifest = {"name": "parts", "task": "sentences", "revision": "1", "licence": "MIT", "files": files}
    path = data / "models" / "manifests" / "parts.json"
    path.write_text(json.dumps({**manifest, "threshold": 0.25}), encoding="utf-8")
    return data


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


def test_a_network_of_several_files_is_here_when_all_are(of_parts: Path) -> None:
    data = ("--data", str(of_parts))
    assert state(of_parts, "parts").startswith("not pulled")
    assert kerf("models", "pull", "parts", *data).returncode == 0
    folder = of_parts / "models" / "networks" / "parts"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == PARTS
    assert state(of_parts, "parts").startswith("here")
    (folder / "tokenizer.json").write_bytes(CHANGED)
    verified = kerf("models", "verify", *data)
    assert verified.returncode == 2
    assert f"parts  WRONG  {folder / 'tokenizer.json'}" in verified.stdout.splitlines()
    assert f"parts  right  {folder / 'model_optimized.onnx'}" in verified.stdout.splitlines()
    (folder / "model_optimized.onnx").unlink()
    assert state(of_parts, "parts").startswith("not pulled")


def test_one_file_or_several_are_declared(of_parts: Path) -> None:
    path = of_parts / "models" / "manifests" / "parts.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for wrong in ({**manifest, "sha256": PINNED}, {**manifest, "files": []}):
        path.write_text(json.dumps(wrong), encoding="utf-8")
        listed = kerf("models", "list", "--data", str(of_parts))
        assert (listed.returncode, listed.stderr.count("\n")) == (2, 1)
        assert "either sha256 or files must be given" in listed.stderr


def test_a_folder_is_added_once_it_loads(tmp_path: Path) -> None:
    tokenizer = trained_tokenizer(["The court agreed. It was late."] * 9, 60)
    graph = Graph(layers=1).bytes(tokenizer.get_vocab_size())
    folder = written(tmp_path / "published", graph, tokenizer)
    told = ("--name", "tiny", "--licence", "MIT", "--revision", "1", "--threshold", "0.25")
    added = kerf("models", "add", str(folder), *told, "--data", str(tmp_path))
    assert added.returncode == 0, added.stderr
    assert state(tmp_path, "tiny").startswith("here")
    verified = kerf("models", "verify", "--data", str(tmp_path))
    assert verified.stdout.count("tiny  right") == 3
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    refused = kerf("models", "add", str(folder), *told[2:], "--name", "other", "--data", str(tmp_path))
    assert (refused.returncode, "tokenizer.json cannot be read" in refused.stderr) == (2, True)
    assert not (tmp_path / "models" / "manifests" / "other.json").exists()
