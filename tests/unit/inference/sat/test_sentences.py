"""Sentences of a SaT network: the contract on any text, in parts, and beside other texts."""

import itertools

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.sentence import Sentence
from models.span import gaps, is_blank, is_ordered
from services.inference.sat import constrained, pieces
from services.inference.sat.gaps import Gaps
from services.inference.sat.lengths import Lengths, Prior
from services.inference.sat.model import SatModel
from services.inference.sat.options import Decoding, Newlines, Weighting, Windows
from tests.support.sat_files import SPECIAL
from tests.support.sentences import assert_are_sentences
from tests.unit.inference.sat.texts import ANY, TEXTS

SMALL = Windows(16, 5, Weighting.HAT)
DECODINGS = st.builds(
    Decoding,
    threshold=st.floats(0, 1),
    windows=st.builds(Windows, st.integers(8, 20), st.integers(1, 8), st.sampled_from(Weighting)),
    newlines=st.sampled_from(Newlines),
    lengths=st.none()
    | st.builds(Lengths, maximum=st.integers(5, 80), minimum=st.integers(1, 5), prior=st.sampled_from(Prior)),
)
quick = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def found_in(model: SatModel, text: str, decoding: Decoding) -> list[Sentence]:
    return list(model.sentences(text, decoding))


@quick
@given(text=ANY, decoding=DECODINGS)
@example("", Decoding())
@example(" \n ", Decoding(newlines=Newlines.END))
@example("\ud800.\udfff A\n\u200b\n\u200b", Decoding(newlines=Newlines.END))
@example("a\x1cb\x1d\x1e c", Decoding(newlines=Newlines.KEPT))
@example("\u200b \u200b " * 9, Decoding(lengths=Lengths(3)))
def test_sentences_are_trimmed_ordered_and_leave_out_white_space_alone(
    model: SatModel, text: str, decoding: Decoding
) -> None:
    found = found_in(model, text, decoding)
    spans = [sentence.span for sentence in found]
    assert_are_sentences(text, spans)
    assert all(0 <= sentence.probability <= 1 for sentence in found)
    assert not found or found[-1].probability == 1
    assert found == found_in(model, text, decoding)
    if decoding.lengths is not None:
        assert all(span.end - span.start <= decoding.lengths.maximum for span in spans)
    if decoding.newlines is Newlines.END:
        assert not any("\n" in span.of(text) or "\r" in span.of(text) for span in spans)


@quick
@given(text=ANY, thresholds=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_the_threshold_is_a_monotone_dial(
    model: SatModel, text: str, thresholds: tuple[float, float]
) -> None:
    low, high = sorted(thresholds)
    fewer, more = (
        {each.span.end for each in model.sentences(text, Decoding(threshold))} for threshold in (high, low)
    )
    assert fewer <= more


@quick
@given(text=ANY, cuts=st.lists(st.integers(0, 200), max_size=6), decoding=DECODINGS)
def test_parts_of_a_text_are_read_as_the_text(
    model: SatModel, text: str, cuts: list[int], decoding: Decoding
) -> None:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    parts = [text[start:end] for start, end in itertools.pairwise(places)]
    assert list(model.sentences_of(parts, decoding)) == found_in(model, text, decoding)


@pytest.mark.parametrize("newlines", Newlines)
def test_pieces_meet_without_a_seam(
    model: SatModel, monkeypatch: pytest.MonkeyPatch, newlines: Newlines
) -> None:
    text = "\n\n".join(text for text in TEXTS if len(max(text.split(), key=len)) < 60)
    decoding = Decoding(windows=SMALL, newlines=newlines)
    whole = list(model.boundaries_of([text], decoding))
    monkeypatch.setattr(pieces, "PIECE", 64)
    cut = list(model.boundaries_of([text], decoding))
    assert [each[:2] for each in cut] == [each[:2] for each in whole]
    assert [each.probability for each in cut] == pytest.approx([each.probability for each in whole], abs=2e-3)


def test_a_word_longer_than_a_piece_is_read_in_pieces(
    model: SatModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 64)
    text = "第一条规定如下" * 50 + " " * 300 + "x" * 200
    found = [each.span for each in model.sentences(text)]
    assert is_ordered(found)
    assert all(is_blank(text, *gap) for gap in gaps(found, len(text)))
    assert [each.span for each in model.sentences(text, Decoding(1.0))] == [(0, len(text))]


def test_many_texts_are_read_as_each_alone(model: SatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model._network, "_at_once", 256)
    texts = [*TEXTS, "", " ", "One.", *reversed(TEXTS)]
    decoding = Decoding(windows=SMALL)
    together = list(model.boundaries_of_each(texts, decoding))
    for text, found in zip(texts, together, strict=True):
        alone = list(model.boundaries_of([text], decoding))
        assert [each[:2] for each in found] == [each[:2] for each in alone]
        assert [p for *_, p, _ in found] == pytest.approx([p for *_, p, _ in alone], abs=2e-3)
    lengths = [len(list(found)) for found in model.sentences_of_each(texts, decoding)]
    assert lengths[len(TEXTS) : len(TEXTS) + 2] == [0, 0]


def test_what_only_looks_like_a_special_subword_is_text(model: SatModel) -> None:
    (piece,) = pieces.pieces_of(["a <pad> b </s> c <s> d."])
    ids = model._subwords.of(piece.text, Gaps(piece)).ids.tolist()
    assert ids
    assert not {SPECIAL.index(name) for name in ("<s>", "<pad>", "</s>")}.intersection(ids)


def test_a_text_of_any_length_is_settled_bit_by_bit(model: SatModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constrained, "HELD", 4)
    text = TEXTS[11]
    found = [each.span for each in model.sentences(text, Decoding(lengths=Lengths(90, 20, Prior.GAUSSIAN)))]
    assert all(end - start <= 90 for start, end in found)
    assert all(is_blank(text, *gap) for gap in gaps(found, len(text)))
