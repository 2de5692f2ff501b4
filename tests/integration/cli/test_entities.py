"""`kerf segment` with entities of an installed pipeline."""

from pathlib import Path

import pytest

from tests.integration.cli.test_documents import kerf, rows
from tests.support.pipelines import ruled, saved


def test_entities_of_a_pipeline_in_the_models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERF_MODELS_DIR", str(saved(ruled(), tmp_path / "models", "en_rules")))
    path = tmp_path / "a.txt"
    path.write_bytes(b"Acme Corp.\r\nis in New York.\r\n")
    asked = ("segment", path, "--strategy", "section", "--option")
    (chunk,) = rows(kerf(*asked, "entities=en_rules"))
    (document,) = rows(kerf("parse", path))
    for entity, expected in zip(chunk["metadata"]["entities"], ("Acme Corp.", "New York"), strict=True):
        start, end = entity["span"]
        assert document["text"][start:end] == entity["text"] == expected

    refused = kerf(*asked, "entities=en_other")
    assert (refused.returncode, refused.stdout) == (2, b"")
    (line,) = refused.stderr.decode().splitlines()
    assert line.endswith("a.txt: model_unavailable: the spaCy pipeline 'en_other' is not installed")
    assert kerf(*asked, "entities=../en_rules").returncode == 2
