"""The same files in wtpsplit-lite: the same probabilities, and the same sentences."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tokenizers

from services.inference.sat.model import SatModel
from services.inference.sat.options import Decoding, Newlines, Weighting, Windows
from tests.support.wtpsplit_lite_answers import answers
from tests.unit.inference.sat.texts import TEXTS

TOLERANCE = 2e-3
"""wtpsplit-lite adds and divides logits in half precision; its mean of eight is right to 1 in 1,000."""

WINDOWS = (
    Windows(510, 64, Weighting.UNIFORM),
    Windows(510, 256, Weighting.HAT),
    Windows(48, 48, Weighting.UNIFORM),
    Windows(48, 6, Weighting.UNIFORM),
    Windows(48, 13, Weighting.HAT),
    Windows(7, 3, Weighting.HAT),
)
CASES = [(text, windows) for windows in WINDOWS for text in (*TEXTS, "\n".join(TEXTS))]


def run(text: str, windows: Windows, **more: Any) -> dict[str, Any]:
    """In wtpsplit-lite's words; its size counts the two special subwords from 510 on."""
    size = 512 if windows.size == 510 else windows.size
    return {
        "text": text,
        "stride": windows.stride,
        "block_size": size,
        "weighting": windows.weighting,
        **more,
    }


@pytest.fixture(scope="module")
def theirs(folder: Path) -> list[dict[int, float]]:
    """Of each case the probabilities by end."""
    found = answers(folder, [run(text, windows) for text, windows in CASES])
    return [{end: p for end, p in enumerate(answer["probabilities"], 1) if p > 0} for answer in found]


@pytest.fixture(scope="module")
def ours(model: SatModel) -> list[dict[int, float]]:
    return [
        {
            found.end: found.probability
            for found in list(model.boundaries_of([text], Decoding(windows=windows)))[1:-1]
        }
        for text, windows in CASES
    ]


def no_ends(folder: Path, text: str) -> set[int]:
    """Ends of subwords that are none here: the next one reaches into them and beyond, as a word's sign does.

    And those of white space alone.
    """
    encoding = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")).encode(
        text, add_special_tokens=False
    )
    pairs = zip(encoding.offsets, encoding.offsets[1:], strict=False)
    inner = {stop for (_, stop), (start, beyond) in pairs if start < stop < beyond}
    return inner | {stop for _, stop in encoding.offsets if text[stop - 1].isspace()}


def test_probabilities_are_the_same(
    folder: Path, ours: list[dict[int, float]], theirs: list[dict[int, float]]
) -> None:
    for (text, _), own, other in zip(CASES, ours, theirs, strict=True):
        assert set(other) - set(own) <= no_ends(folder, text) | {len(text.rstrip())}
        assert set(own) <= set(other)
        wrong = {end: (p, other[end]) for end, p in own.items() if abs(p - other[end]) > TOLERANCE}
        assert not wrong, text[:40]


def threshold(probabilities: list[float]) -> float:
    """Where no rounding matters: in the middle of the widest gap above the lowest quarter, or above all."""
    found = np.sort(probabilities)[len(probabilities) // 4 :]
    steps = np.diff(found, append=found[-1])
    widest = int(steps.argmax())
    return float(found[widest] + steps[widest] / 2) if steps[widest] > 4 * TOLERANCE else 1.0


@pytest.mark.parametrize("newlines", [Newlines.SPACE, Newlines.END])
def test_sentences_are_the_same(
    folder: Path, model: SatModel, theirs: list[dict[int, float]], newlines: Newlines
) -> None:
    runs, expected = [], []
    for (text, windows), other in zip(CASES, theirs, strict=True):
        cut = threshold(list(other.values()))
        inner = sorted(end - 1 for end in no_ends(folder, text) & set(other))
        runs.append(run(text, windows, threshold=cut, without=inner, lines=newlines is Newlines.END))
        decoding = Decoding(cut, windows, newlines)
        expected.append([found.span.of(text) for found in model.sentences(text, decoding)])
    for (text, _), answer, sentences in zip(CASES, answers(folder, runs), expected, strict=True):
        assert [each for sentence in answer["sentences"] if (each := sentence.strip())] == sentences, text[
            :40
        ]
