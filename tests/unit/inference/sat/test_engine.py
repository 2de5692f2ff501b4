"""The engines `sat` and `auto` with a network that was added to the installation."""

import shutil
from pathlib import Path

import pytest

from models.errors import InvalidOptions, ModelUnavailable
from models.options import SentenceEngine, SentenceOptions, validated
from services.inference.sat.adding import add_folder
from services.inference.sat.lengths import OTHERS, TYPICAL, Lengths, Prior
from services.inference.sat.model import SatModel
from services.inference.sat.options import Decoding
from services.inference.sentences.engines import engine_of, streamed
from tests.unit.inference.sat.texts import TEXTS

PROSE = "The tenant may end this lease. A notice that comes too late has no effect. " * 8
RUSSIAN = "Суд согласился с истцом. Решение вступило в силу. Ответчик подал жалобу. " * 8
SAT, AUTO = SentenceEngine.SAT, SentenceEngine.AUTO


@pytest.fixture
def models(folder: Path, tmp_path: Path) -> Path:
    """An installation with one network."""
    add_folder(folder, tmp_path, {"name": "tiny", "licence": "MIT", "revision": "1", "threshold": 0.25})
    return tmp_path


@pytest.mark.parametrize("name", [None, "tiny"])
def test_the_network_is_found_by_itself_or_by_name(models: Path, model: SatModel, name: str | None) -> None:
    engine = engine_of(SentenceOptions(engine=SAT, sentence_model=name), models)
    for text in TEXTS:
        assert list(engine(text)) == list(model.sentences(text, Decoding(threshold=0.25)))


def test_thresholds_and_lengths_reach_the_network(models: Path, model: SatModel) -> None:
    asked = SentenceOptions(engine=SAT, max_length=40, min_length=5, length_prior="gaussian", language="de")
    lengths = Lengths(40, 5, Prior.GAUSSIAN, *TYPICAL["de"])
    assert list(engine_of(asked, models)(PROSE)) == list(model.sentences(PROSE, Decoding(lengths=lengths)))
    assert TYPICAL["de"] != OTHERS
    none = engine_of(SentenceOptions(engine=SAT, threshold=1), models)(PROSE)
    assert len(list(none)) == 1


def test_a_text_in_parts_is_that_of_the_whole(models: Path) -> None:
    for engine in (SAT, AUTO):
        split = streamed(SentenceOptions(engine=engine), models)
        assert list(split([PROSE[:100], PROSE[100:], RUSSIAN])) == list(split([PROSE + RUSSIAN]))


def test_auto_asks_the_network_for_languages_that_kerf_does_not_know(models: Path, model: SatModel) -> None:
    found = list(engine_of(SentenceOptions(engine=AUTO), models)(RUSSIAN))
    assert {it.span.end for it in found} == {it.span.end for it in model.sentences(RUSSIAN, Decoding(0.25))}


def test_a_network_has_to_be_there_and_to_be_named_where_there_are_two(models: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no SaT network"):
        engine_of(SentenceOptions(engine=SAT), tmp_path / "elsewhere")
    shutil.copytree(models / "networks" / "tiny", tmp_path / "other")
    add_folder(
        tmp_path / "other", models, {"name": "other", "licence": "MIT", "revision": "1", "threshold": 0.5}
    )
    with pytest.raises(ModelUnavailable, match="name one") as several:
        engine_of(SentenceOptions(engine=SAT), models)
    assert several.value.pointer == "/sentence_model"
    assert list(engine_of(SentenceOptions(engine=SAT, sentence_model="other"), models)(PROSE))
    with pytest.raises(ModelUnavailable, match="splits sentences"):
        engine_of(SentenceOptions(engine=SAT, sentence_model="pp-layout-cdla"), models)


@pytest.mark.parametrize(
    "asked",
    [
        {"engine": "kerf", "max_length": 40},
        {"engine": "sat", "max_length": 40, "min_length": 41},
        {"engine": "sat", "min_length": 2},
        {"engine": "sat", "sentence_model": "../tiny"},
    ],
)
def test_what_cannot_be_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(InvalidOptions):
        validated(SentenceOptions, asked)
