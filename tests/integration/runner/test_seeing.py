"""Pictures are read inside the walls, by a second zygote that starts with the first of them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models import artifact
from models.errors import ModelUnavailable
from models.limits import Limits
from services.runner.process import Child
from services.runner.values import PICTURES_AT_ONCE, Request, Result
from tests.support.drawn import LINES, encoded, picture, scan
from tests.support.reports import report

OPTIONS = {"strategy": "recursive", "tokenizer": "words", "max_tokens": 64}


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    running = Child(Limits(), models=tmp_path_factory.mktemp("models"))
    yield running
    running.close()


def run(child: Child, tmp_path: Path, data: bytes, **fields: Any) -> Result:
    source = tmp_path / "source"
    source.write_bytes(data)
    made = Request(source, "source", "doc_1", OPTIONS, artifact_out=tmp_path / "document")
    return child.run(replace(made, **fields), lambda _: True)


def test_a_text_pdf_needs_no_eyes(child: Child, tmp_path: Path) -> None:
    result = run(child, tmp_path, report(2))
    assert result.manifest["pages_seen"] == []
    assert True not in child._warmed


@pytest.mark.parametrize("data", [scan(picture(turn=1.5)), encoded(picture(), "jpeg")], ids=["pdf", "jpeg"])
def test_pictures_are_read_behind_the_walls(child: Child, tmp_path: Path, data: bytes) -> None:
    result = run(child, tmp_path, data)
    text = " ".join(chunk["text"] for chunk in result.chunks)
    assert " ".join(text.split()) == " ".join(LINES)
    assert (result.manifest["pages_seen"], result.manifest["no_text"]) == ([1], False)
    (page,) = artifact.load((tmp_path / "document").read_bytes()).pages
    assert page.confidence is not None
    assert page.confidence > 0.9


def test_without_ocr_a_picture_has_no_text(child: Child, tmp_path: Path) -> None:
    result = run(child, tmp_path, encoded(picture()), parsing={"ocr": "never"})
    assert (result.chunks, result.manifest["no_text"]) == ([], True)
    assert result.manifest["pages_without_text"] == [1]


def test_a_long_scan_is_counted_where_it_may_be(child: Child, tmp_path: Path) -> None:
    long = scan(picture(("One line.",)), pages=PICTURES_AT_ONCE + 1)
    result = run(child, tmp_path, long, whole_up_to=100)
    assert (result.counted_only, result.needs_eyes, result.page_count) == (True, True, PICTURES_AT_ONCE + 1)


def test_languages_without_a_model_are_refused(child: Child, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="kerf models pull"):
        run(child, tmp_path, encoded(picture()), parsing={"ocr_languages": ["ko"]})


def test_networks_start_no_thread_and_keep_no_file_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """ONNX Runtime reports to its makers unless told otherwise; under CI it is silent by itself."""
    for name in ("CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    fresh = Child(Limits(), models=tmp_path)
    try:
        run(fresh, tmp_path, encoded(picture()))
        process = Path("/proc", str(fresh._warmed[True].pid))
        assert len(list((process / "task").iterdir())) == 1
        opened = {str(place.readlink()) for place in (process / "fd").iterdir()}
        assert not [path for path in opened if path.startswith(str(tmp_path))]
    finally:
        fresh.close()
    assert not [path for path in tmp_path.rglob("*") if "onnx" in path.name.lower()]


def test_the_seeing_zygote_is_another_process(child: Child) -> None:
    pids = {seeing: warmed.pid for seeing, warmed in child._warmed.items()}
    assert pids.keys() == {False, True}
    assert len(set(pids.values())) == len(pids), json.dumps(pids)
