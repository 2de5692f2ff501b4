"""Pipelines in a real child process: a package and a folder, both loaded before the walls stand."""

from pathlib import Path

import pytest

from models.errors import ModelUnavailable
from models.limits import Limits
from services.runner.process import Child
from tests.integration.runner.test_process import go_on, request
from tests.support.pipelines import NAMES, package, ruled, saved, trained


def test_entities_are_found_behind_the_walls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(trained(), tmp_path / "site", "en_names")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    child = Child(Limits(), models=saved(ruled(), tmp_path, "en_rules"))
    text = f"Acme Corp. is in New York.\n\n{NAMES[0]} shall pay the rent.\n"

    def found(name: str) -> list[str]:
        asked = request(tmp_path / "a.txt", text, strategy="section", max_tokens=100, entities=name)
        return [
            entity["text"]
            for chunk in child.run(asked, go_on).chunks
            for entity in chunk["metadata"]["entities"]
        ]

    try:
        assert found("en_rules") == ["Acme Corp.", "New York"]
        assert NAMES[0] in found("en_names")
        with pytest.raises(ModelUnavailable, match="'en_other' is not installed") as refused:
            found("en_other")
    finally:
        child.close()
    assert refused.value.pointer == "/entities"
