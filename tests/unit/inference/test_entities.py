"""Entities of an installed pipeline: where they are, in which chunk, and what is refused."""

from pathlib import Path

import pytest
import spacy

from models.errors import InvalidOptions, ModelUnavailable
from models.legal import Entity
from models.limits import DEFAULT_LIMITS
from services import pipeline
from services.inference import entities
from services.inference.entities import finder
from services.inference.toolkit import Toolkit
from services.segmentation.registry import parse_options
from tests.support.pipelines import NAMES, ruled, saved, trained


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    saved(ruled(), folder, "en_rules")
    saved(spacy.blank("en"), folder, "en_none")
    (folder / "pipelines" / "en_broken").mkdir()
    (folder / "pipelines" / "en_broken" / "config.cfg").write_text("[nlp]\nlang = 1\n", encoding="utf-8")
    return folder


def shown(text: str, found: list[Entity]) -> list[tuple[str, str]]:
    return [(entity.span.of(text), entity.label) for entity in found]


def test_spans_are_code_points_whatever_stands_around(models: Path) -> None:
    text = "\U0001f600 \ud800 Acme Corp.\r\n\r\ne\u0301 in New York\r\n\udfff\U0001f468\u200d ACME Corp."
    assert shown(text, finder("en_rules", models)(text)) == [
        ("Acme Corp.", "ORG"),
        ("New York", "GPE"),
        ("ACME Corp.", "ORG"),
    ]


def test_a_text_longer_than_a_part_is_read_to_its_end(models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Either party may move to New York. Acme Corp. may not.\n\n" * 60
    find = finder("en_rules", models)
    whole = find(text)
    monkeypatch.setattr(entities, "LONGEST", 90)
    assert find(text) == whole
    assert len(whole) == 120


@pytest.mark.parametrize("border", ["\n\n", "\n", ". ", " "])
def test_parts_end_at_the_best_border(border: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entities, "LONGEST", 10)
    text = f"aaaaaa{border}bbb bbbbbb"
    first, *rest = [span.of(text) for span in entities._parts(text)]
    assert first == f"aaaaaa{border}"
    assert first + "".join(rest) == text


def test_a_text_without_borders_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entities, "LONGEST", 10)
    assert [tuple(span) for span in entities._parts("x" * 25)] == [(0, 10), (10, 20), (20, 25)]
    assert list(entities._parts("")) == []


def test_long_runs_without_white_space_are_broken(models: Path) -> None:
    """Whole, spaCy's rules would take minutes for some."""
    text = "y" * entities.LONGEST_RUN * 3 + "Acme Corp. is not xAcme Corp."
    (found,) = finder("en_rules", models)(text)
    assert found.span.of(text) == "Acme Corp."


def test_a_trained_network_finds_names_the_same_way_twice(tmp_path: Path) -> None:
    find = finder("en_names", saved(trained(), tmp_path, "en_names"))
    text = f"{NAMES[1]} shall pay the rent.\n\nNotice is given to {NAMES[2]} in writing.\n\n" * 3
    found = find(text)
    assert shown(text, found) == [(NAMES[1], "PERSON"), (NAMES[2], "PERSON")] * 3
    assert find(text) == found


def test_chunks_tell_the_entities_that_begin_in_them(models: Path) -> None:
    parts = (
        "1. Parties",
        "Acme Corp. is in New York.",
        "2. Notices",
        "They go to New York.",
        "3. Law",
        "None.",
    )
    document = pipeline.parse("\n\n".join(parts).encode(), "a.txt", DEFAULT_LIMITS, lambda *_: None)
    asked = {"strategy": "section", "tokenizer": "characters", "max_tokens": 60}
    told = []
    for options in ({**asked, "entities": "en_rules"}, asked):
        parsed = parse_options(options)
        chunks = pipeline.chunk(document, parsed, Toolkit(models).tools(parsed)).chunks
        told.append([chunk.metadata.get("entities", []) for chunk in chunks])
    named, without = told
    assert without == [[]] * len(named)
    assert [[(entity["text"], entity["label"]) for entity in chunk] for chunk in named] == [
        [("Acme Corp.", "ORG"), ("New York", "GPE")],
        [("New York", "GPE")],
        [],
    ]
    for entity in (entity for chunk in named for entity in chunk):
        start, end = entity["span"]
        assert document.text[start:end] == entity["text"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("en_other", "is not installed"), ("en_none", "finds no entities"), ("en_broken", "does not load")],
)
def test_a_pipeline_of_no_use_is_named(models: Path, name: str, why: str) -> None:
    with pytest.raises(ModelUnavailable, match=f"'{name}' {why}") as refused:
        finder(name, models)
    assert refused.value.pointer == "/entities"
    assert str(models) not in refused.value.detail


@pytest.mark.parametrize("name", ["../en_rules", "/etc", "a/b", "", ".", "en rules", "En", "a" * 65, "a\n"])
def test_a_pipeline_is_never_a_path(name: str) -> None:
    with pytest.raises(InvalidOptions) as refused:
        parse_options({"strategy": "section", "entities": name})
    assert refused.value.pointer == "/entities"


def test_only_sections_have_entities() -> None:
    with pytest.raises(InvalidOptions):
        parse_options({"strategy": "recursive", "entities": "en_rules"})
