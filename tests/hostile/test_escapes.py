"""P6: a parser that was taken over gets nowhere."""

import os
import socket
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


def test_nobody_hears_of_a_document_on_the_network(make_child: MakeChild, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.setblocking(False)
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        child = make_child()
        for name, data in phoning_home(address).items():
            path = tmp_path / name
            path.write_bytes(data)
            child.run(Request(path, name, "doc_1", {"tokenizer": "words"}), lambda _: True)
        with pytest.raises(BlockingIOError):
            canary.accept()


def phoning_home(address: str) -> dict[str, bytes]:
    """Documents that ask to be completed from elsewhere."""
    uri = address.encode()
    actions = [
        b"<< /S /URI /URI (%s) >>" % uri,
        b"<< /S /SubmitForm /F << /FS /URL /F (%s) >> >>" % uri,
        b"<< /S /GoToR /F << /FS /URL /F (%s) >> /D [0 /Fit] >>" % uri,
        b"<< /S /Launch /F << /FS /URL /F (%s) >> >>" % uri,
        b"<< /S /JavaScript /JS (app.launchURL\\('%s'\\)) >>" % uri,
        b"<< /S /ImportData /F << /FS /URL /F (%s) >> >>" % uri,
    ]
    pages = {f"action{number}.pdf": pdf_with(action, uri) for number, action in enumerate(actions)}
    return {
        **pages,
        "a.html": b"<!doctype html><link rel=stylesheet href=%s><img src=%s><p>Text." % (uri, uri),
        "entity.html": b"<?xml version='1.0'?><!DOCTYPE html SYSTEM '%s'><html><p>Text." % uri,
        "a.md": b"![image](%s)\n\n[link]: %s\n" % (uri, uri),
    }


def pdf_with(action: bytes, uri: bytes) -> bytes:
    """A page whose opening, font, image and content stream point elsewhere."""
    return (
        b"%%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R /OpenAction %s >> endobj\n"
        b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
        b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents [4 0 R 5 0 R]\n"
        b"/AA << /O %s >>\n"
        b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>\n"
        b"/XObject << /X 6 0 R >> >> >> endobj\n"
        b"4 0 obj << /Length 36 >> stream\nBT /F 9 Tf 9 50 Td (Text) Tj ET /X Do\nendstream endobj\n"
        b"5 0 obj << /Length 0 /F << /FS /URL /F (%s) >> >> stream\n\nendstream endobj\n"
        b"6 0 obj << /Type /XObject /Subtype /Image /Width 9 /Height 9 /BitsPerComponent 8 /Length 0\n"
        b"/ColorSpace /DeviceGray /F << /FS /URL /F (%s) >> >> stream\n\nendstream endobj\n"
        b"trailer << /Root 1 0 R >>\n"
    ) % (action, action, uri, uri)


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
