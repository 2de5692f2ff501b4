"""Sentence engines: one contract for all, whatever their makers do."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.errors import InvalidOptions, ModelUnavailable
from models.options import SentenceEngine, SentenceOptions, validated
from models.span import Span
from services.inference.boundaries import splitter
from services.inference.sentences import charboundary, nupunkt, spacy
from services.inference.sentences.engines import engine_of
from services.inference.sentences.parts import OfWholeText, piecewise, splitter_of
from services.inference.sentences.values import Engine
from tests.support.sentences import assert_are_sentences

NOWHERE = Path("no-networks-here")
PIECES = st.sampled_from(
    ["Mr. ", "Smith", " slept", ". ", "No", "?!", "\n", "\r\n\n", "  ", "。", "(a)", "\U0001f600"]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80)
ENGINES = (SentenceEngine.NUPUNKT, SentenceEngine.SPACY, SentenceEngine.CHARBOUNDARY, SentenceEngine.KERF)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return engine_of(SentenceOptions(engine=request.param), NOWHERE)


@given(text=TEXTS)
@example(text="")
@example(text=" \n ")
@example(text="\ud800. A")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sentences_are_trimmed_ordered_and_leave_out_white_space_alone(engine: Engine, text: str) -> None:
    found = [sentence.span for sentence in engine(text)]
    assert_are_sentences(text, found)


def test_two_plain_sentences_are_two(engine: Engine) -> None:
    text = "The court agreed with her.  It was late.\n"
    assert [sentence.span.of(text) for sentence in engine(text)] == [
        "The court agreed with her.",
        "It was late.",
    ]


def test_a_long_text_is_split_in_pieces_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The court agreed with her. It was late. " * 100
    engine = spacy.engine(None, "en")
    whole = list(engine(text))
    monkeypatch.setattr(spacy, "LONGEST", 90)
    assert list(engine(text)) == whole
    assert len(whole) == 200


def test_a_run_longer_than_a_piece_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spacy, "LONGEST", 8)
    text = "x" * 20
    assert "".join(found.span.of(text) for found in spacy.engine(None, None)(text)) == text


def test_nupunkt_is_spared_runs_without_white_space() -> None:
    run = "x" * (nupunkt.LONGEST_RUN + 1)
    text = f"One is here. {run} Two is there."
    found = [sentence.span.of(text) for sentence in nupunkt.sentences(text)]
    assert found == ["One is here.", run, "Two is there."]


def test_what_is_not_installed_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="no_such_pipeline") as pipeline:
        engine_of(SentenceOptions(engine=SentenceEngine.SPACY, sentence_model="no_such_pipeline"), NOWHERE)
    assert pipeline.value.pointer == "/sentence_model"
    with pytest.raises(ModelUnavailable, match="'zz'") as language:
        engine_of(SentenceOptions(engine=SentenceEngine.SPACY, language="zz"), NOWHERE)
    assert language.value.pointer == "/language"


def test_an_optional_engine_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    charboundary._small_model.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "charboundary", None)
    with pytest.raises(ModelUnavailable, match="package charboundary"):
        charboundary.engine()


@pytest.mark.parametrize("name", ["nupunkt", "spacy", "charboundary"])
def test_a_threshold_needs_an_engine_with_probabilities(name: str) -> None:
    with pytest.raises(InvalidOptions, match="gives no probabilities"):
        validated(SentenceOptions, {"engine": name, "threshold": 0.5})


def test_a_threshold_reaches_the_engine() -> None:
    text = "See p. 12. It was late. He left, etc. He did not say why."
    low, high = (
        len(list(engine_of(SentenceOptions(threshold=threshold), NOWHERE)(text))) for threshold in (0.0, 1.0)
    )
    assert low > high == 1


def test_a_part_of_a_text_is_split_as_the_whole_was() -> None:
    text = "One is here. Two is there.\n\nThree is nowhere."
    split = OfWholeText(splitter.sentences)
    assert [span.of(text) for span in split(text, Span(0, len(text)))] == [
        "One is here.",
        "Two is there.",
        "Three is nowhere.",
    ]
    assert [span.of(text) for span in split(text, Span(4, 20))] == ["is here.", "Two is"]
    assert split("Other text.", Span(0, 5)) == [Span(0, 5)]


def test_an_engine_may_see_a_part_alone() -> None:
    text = "One is here. Two is there. Three is nowhere."
    for split in (
        piecewise(nupunkt.sentences),
        splitter_of(SentenceOptions(engine=SentenceEngine.NUPUNKT), NOWHERE),
    ):
        assert [span.of(text) for span in split(text, Span(4, 26))] == ["is here.", "Two is there."]
