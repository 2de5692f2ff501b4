"""Lines that stand as headings though nothing says so."""

import pytest

from models.document import BlockKind, Document
from models.geometry import Box
from services.segmentation.s2.nodes import nodes_of
from services.segmentation.s2.standing import standing
from tests.unit.segmentation.s2.test_graph import Placed, at, document
from tests.unit.segmentation.s2.test_modes import cut

BEFORE, LINE = "The sea was calm that day.", "Rights of the harbour master"
TEXT = "Every ship that enters the harbour pays a fee."


def page(line: str = LINE, *, before: str = BEFORE, text: str = TEXT, y: float = 150) -> list[Placed]:
    """A paragraph, a line, and another paragraph four lines high; far below what says how high a line is."""
    above, below = (before, 1, Box(0, 80, 200, 120)), (text, 1, Box(0, 165, 200, 205))
    return [above, at(0, y, wording=line), below, at(0, 600, wording="Small words. " * 20)]


def found(blocks: list[Placed], kinds: dict[int, tuple[BlockKind, int]] | None = None) -> set[int]:
    return standing(nodes_of(document(blocks, kinds=kinds)))


def test_a_line_right_above_a_text_stands_as_its_heading() -> None:
    assert found(page()) == {1}
    assert found(page("Section 102. Report card")) == {1}
    assert found(page("港の権利"), None) == {1}


@pytest.mark.parametrize(
    "line",
    [
        "Rights of the master.",
        "Fees are due:",
        "of the harbour master",
        "3 kB 0.59 100 km",
        "(a) Fees",
        "x " * 60,
    ],
)
def test_what_reads_as_anything_else_does_not(line: str) -> None:
    assert found(page(line)) == set()


def test_the_text_before_must_have_ended_and_the_next_must_begin() -> None:
    assert found(page(before="The sea was calm and")) == set()
    assert found(page(text="which every ship pays.")) == set()
    assert found(page(text="-------- ------ 12 34")) == set()


def test_it_stands_nearer_to_what_it_heads() -> None:
    assert found(page(y=122)) == set()
    above, line, _, small = page()
    for other in (
        (TEXT, 1, Box(220, 165, 420, 205)),
        at(0, 165, wording=TEXT),
        (TEXT, 2, Box(0, 80, 200, 120)),
    ):
        assert found([above, line, other, small]) == set()


def test_only_paragraphs_stand_so_and_only_where_there_are_pages() -> None:
    for kind in (BlockKind.LIST_ITEM, BlockKind.CAPTION, BlockKind.HEADING):
        assert found(page(), {1: (kind, 1)}) == set()
    assert found(page(), {0: (BlockKind.HEADING, 1)}) == set()
    made = document(page())
    assert standing(nodes_of(Document(made.text, made.media_type, made.sha256, made.blocks))) == set()


@pytest.mark.parametrize("mode", ["ordered", "spectral", "paper"])
def test_it_is_cut_as_a_heading_is(mode: str) -> None:
    first, second, *_ = cut(document(page()), mode, 400).chunks
    text = document(page()).text
    assert first.text(text) == BEFORE
    assert second.text(text).startswith(LINE)
    assert TEXT in second.text(text)
    assert len(cut(document(page()), mode, 400, min_tokens=100).chunks) == 1
