from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from models.errors import ModelError
from models.geometry import Box
from models.options import OcrMode
from services.extraction.raw import RawLine, RawPage, RawWord, Style
from services.extraction.seeing import Need, Sight, need_of
from services.extraction.sight import EyesNeeded, Ink, PageImage, Seen, SeenLine, SeenWord

WHOLE = Box(0, 0, 600, 800)


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PROSE = words(
    "The parties agree that this Agreement shall be governed by the laws of the State of Delaware and"
)
GARBLED = words("7KH SDUWLHV DJUHH WKDW WKLV $JUHHPHQW VKDOO EH JRYHUQHG E\\ WKH ODZV RI WKH 6WDWH")
BAD_OCR = words(
    "tbe p4rties agr~e tlat th1s Agrcem~nt shal1 bc govemed hy tl-~e 1aws 0f tbe St^te ol De1aw4re"
)


def page(texts: Sequence[str], number_of_lines: int = 3) -> RawPage:
    lines = []
    for row in range(number_of_lines):
        placed = tuple(
            RawWord(w, Box(50 + 30 * i, 50 + 20 * row, 75 + 30 * i, 60 + 20 * row))
            for i, w in enumerate(texts)
        )
        lines.append(RawLine(placed, Box(50, 50 + 20 * row, 590, 60 + 20 * row), Style(10)))
    return RawPage(1, 600, 800, tuple(lines) if texts else (), drawn=True)


NOTHING = Ink((), 1, 0, 0)


@dataclass
class Drawn:
    """A page of 600 by 800 points, drawn at one pixel a point."""

    seen: Ink = NOTHING
    asked: list[float] = field(default_factory=list)

    def has_pictures(self) -> bool:
        return bool(self.seen.pictures)

    def ink(self) -> Ink:
        return self.seen

    def render(self, dots: float) -> PageImage:
        self.asked.append(dots)
        return PageImage(1200, 1600, b"")


@dataclass
class Reader:
    """Eyes that see the same words on every page, twice as large as the page's points."""

    words: Sequence[str]
    name: str = "reader"

    def read(self, image: PageImage) -> Seen:  # noqa: ARG002
        lines = []
        for row in range(3):
            words = tuple(
                SeenWord(w, Box(100 + 60 * i, 900 + 40 * row, 150 + 60 * i, 920 + 40 * row), 0.9)
                for i, w in enumerate(self.words)
            )
            lines.append(SeenLine(words, 0, 20.0 + row * 0.4))
        return Seen(tuple(lines), 1.0)


SCAN = Ink((WHOLE,), 0, 40, 0)


@pytest.mark.parametrize(
    ("texts", "ink", "need"),
    [
        ([], Ink((), 0, 0, 9), Need.ALL),
        (PROSE, Ink((), 40, 0, 0), Need.NOTHING),
        (PROSE, SCAN, Need.NOTHING),
        (BAD_OCR, SCAN, Need.BETTER),
        (BAD_OCR, Ink((), 40, 0, 0), Need.NOTHING),
        (GARBLED, Ink((), 40, 0, 0), Need.BETTER),
        (["\ufffd\ufffd\ue012"] * 9, Ink((), 9, 0, 0), Need.BETTER),
        (["Letterhead"], Ink((WHOLE,), 3, 0, 0), Need.MORE),
        (PROSE, Ink((Box(0, 500, 600, 800),), 40, 0, 0), Need.NOTHING),
    ],
)
def test_a_page_is_looked_at_for_a_reason(texts: Sequence[str], ink: Ink, need: Need) -> None:
    assert need_of(page(texts), Drawn(ink)) is need


def test_a_blank_page_is_not_looked_at() -> None:
    assert need_of(RawPage(1, 600, 800), Drawn()) is Need.NOTHING


def test_words_that_were_seen_stand_in_points() -> None:
    found = Sight(OcrMode.AUTO, Reader(PROSE)).completed(page([]), Drawn())
    assert [word.text for word in found.lines[0].words] == list(PROSE)
    assert found.lines[0].words[0].box == Box(50, 450, 75, 460)
    assert found.confidence == pytest.approx(0.9)
    assert found.tilt == 1.0
    assert {line.style.size for line in found.lines} == {10.0}


def test_a_layer_that_is_wrong_gives_way_to_what_is_seen() -> None:
    found = Sight(OcrMode.AUTO, Reader(PROSE)).completed(page(GARBLED), Drawn())
    assert [word.text for word in found.lines[0].words] == list(PROSE)


def test_a_layer_stays_when_no_better_is_seen() -> None:
    before = page(GARBLED)
    assert Sight(OcrMode.AUTO, Reader(GARBLED)).completed(before, Drawn()) == before
    assert Sight(OcrMode.AUTO, Reader([])).completed(before, Drawn()) == before


def test_more_text_is_added_beside_what_is_there() -> None:
    found = Sight(OcrMode.AUTO, Reader(PROSE)).completed(
        page(["Letterhead"], 1), Drawn(Ink((WHOLE,), 1, 0, 0))
    )
    assert [len(line.words) for line in found.lines] == [1, *[len(PROSE)] * 3]
    assert found.tilt == 0.0


def test_always_means_always_and_never_never() -> None:
    assert (
        Sight(OcrMode.ALWAYS, Reader(GARBLED)).completed(page(PROSE), Drawn()).lines[0].words[0].text
        == GARBLED[0]
    )
    assert Sight(OcrMode.NEVER, Reader(PROSE)).completed(page([]), Drawn()).lines == ()


def test_without_eyes_they_are_asked_for() -> None:
    with pytest.raises(EyesNeeded):
        Sight(OcrMode.AUTO).completed(page([]), Drawn())
    assert Sight(OcrMode.AUTO).completed(page(PROSE), Drawn()) == page(PROSE)


def test_an_engine_that_breaks_is_told_as_such() -> None:
    class Broken(Reader):
        def read(self, image: PageImage) -> Seen:  # noqa: ARG002
            raise ValueError("of no kind of ours")

    with pytest.raises(ModelError):
        Sight(OcrMode.AUTO, Broken([])).completed(page([]), Drawn())
