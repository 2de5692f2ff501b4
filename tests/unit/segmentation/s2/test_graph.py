"""The graph of blocks: what is near, what belongs together, what nothing leads across."""

import numpy as np
import pytest

from models.apparatus import Apparatus, Link, LinkKind
from models.document import Block, BlockKind, Document, Page
from models.geometry import Box
from models.span import Span
from models.words import Word, pack_words
from services.segmentation.s2.graph import Graph, graph_of
from services.segmentation.s2.links import must_link
from services.segmentation.s2.nodes import nodes_of
from services.segmentation.s2.spatial import nearness
from tests.support.strategies import hashed

Placed = tuple[str, int, Box]
LINE = 10.0


def document(
    blocks: list[Placed], *, kinds: dict[int, tuple[BlockKind, int]] | None = None, scale: float = 1.0
) -> Document:
    """Blocks of one line each; its words share the box from left to right."""
    text, made, words = "", [], []
    for index, (wording, page, box) in enumerate(blocks):
        start = len(text)
        for number, word in enumerate(wording.split()):
            at = len(text) + (number > 0)
            step = box.width / len(wording.split())
            left = box.x0 + number * step
            place = Box(*(edge * scale for edge in (left, box.y0, left + step, box.y1)))
            words.append(Word(Span(at, at + len(word)), page, place))
            text += f"{' ' * (number > 0)}{word}"
        kind, level = (kinds or {}).get(index, (BlockKind.PARAGRAPH, 0))
        made.append(Block(Span(start, len(text)), kind, level, page))
        text += "\n\n"
    last = max((page for _, page, _ in blocks), default=0)
    pages = tuple(Page(n, 600 * scale, 800 * scale, Span(0, len(text))) for n in range(1, last + 1))
    return Document(text, "application/pdf", "0" * 64, tuple(made), pages, pack_words(words))


def near(blocks: list[Placed], i: int = 0, j: int = 1, scale: float = 1.0) -> float:
    nodes = nodes_of(document(blocks, scale=scale))
    return float(nearness(nodes, np.array([i]), np.array([j]))[0])


def graph(made: Document) -> Graph:
    nodes = nodes_of(made)
    return graph_of(nodes, hashed(nodes.texts), must_link(made, nodes))


def at(x: float, y: float, width: float = 200, page: int = 1, wording: str = "Some words here.") -> Placed:
    return wording, page, Box(x, y, x + width, y + LINE)


def test_nearness_falls_with_the_gap_between_boxes_in_lines() -> None:
    assert near([at(0, 100), at(0, 110)]) == pytest.approx(1)
    assert near([at(0, 100), at(0, 135)]) == pytest.approx(np.exp(-0.5))
    assert near([at(0, 100), at(0, 700)]) < 1e-6
    tall = ("Word.", 1, Box(0, 100, 200, 400))
    assert near([tall, at(0, 410), at(0, 430)]) > 0.9, "centres are far apart, boxes are not"


def test_nearness_does_not_depend_on_the_resolution() -> None:
    blocks = [at(0, 100), at(0, 135), at(230, 100)]
    assert near(blocks, scale=4.2) == pytest.approx(near(blocks))
    assert near(blocks, 0, 2, scale=4.2) == pytest.approx(near(blocks, 0, 2))


def test_another_column_is_less_near_and_what_spans_the_page_separates() -> None:
    apart = np.exp(-0.5)
    assert near([at(0, 100), at(215, 100)]) == pytest.approx(0.5 * apart)
    wide = at(0, 115, 600)
    separated = near([at(0, 100), wide, at(0, 130)], 0, 2)
    assert separated == pytest.approx(0.2 * near([at(0, 100), at(0, 130)]))
    assert near([at(0, 100), wide]) > 0.9


def test_the_same_place_on_another_page_is_not_near() -> None:
    blocks = [at(0, 100), at(0, 200), at(0, 100, page=2), at(0, 200, page=2)]
    assert near(blocks, 0, 2) == near(blocks, 0, 3) == near(blocks, 1, 3) == 0


def test_a_page_goes_on_with_the_next_the_more_if_a_sentence_does() -> None:
    ended = near([at(0, 700), at(0, 100, page=2)])
    going_on = near([at(0, 700, wording="It is not"), at(0, 100, page=2, wording="over yet.")])
    assert 0 < ended < going_on == pytest.approx(np.exp(-0.5))


def test_what_belongs_together_has_the_full_weight() -> None:
    kinds = {
        0: (BlockKind.HEADING, 2),
        2: (BlockKind.LIST_ITEM, 1),
        4: (BlockKind.FOOTNOTE, 0),
    }
    blocks = [
        at(0, 100, wording="Fees"),
        at(0, 300, wording="These are due:"),
        at(300, 300, wording="one"),
        at(0, 500, wording="Mark here."),
        at(0, 700, wording="1 Note."),
    ]
    made = document(blocks, kinds=kinds)
    footnote = Link(LinkKind.FOOTNOTE, made.blocks[3].span, made.blocks[4].span)
    made = Document(
        made.text,
        made.media_type,
        made.sha256,
        made.blocks,
        made.pages,
        made.words,
        apparatus=Apparatus(links=(footnote,)),
    )
    assert must_link(made, nodes_of(made)) == [(0, 1), (1, 2), (3, 4)]
    found = graph(made)
    pairs = zip(found.i.tolist(), found.j.tolist(), strict=True)
    weights = dict(zip(pairs, found.weight.tolist(), strict=True))
    assert weights[0, 1] == weights[1, 2] == weights[3, 4] == 1.0
    assert weights[2, 3] < 0.99


def test_nothing_leads_across_a_heading_of_the_outermost_level() -> None:
    blocks = [at(0, 100 + 20 * n) for n in range(9)]
    found = graph(
        document(
            blocks, kinds={3: (BlockKind.HEADING, 1), 6: (BlockKind.HEADING, 1), 7: (BlockKind.HEADING, 2)}
        )
    )
    assert found.sections.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert np.array_equal(found.sections[found.i], found.sections[found.j])
    assert len(found.i)


def test_edges_are_few_sorted_and_weighed_from_0_to_1() -> None:
    blocks = [
        at(300 * (n % 2), 20 * (n % 30), page=n // 30 + 1, wording=f"word{n} word{n % 7}") for n in range(400)
    ]
    found = graph(document(blocks))
    pairs = list(zip(found.i.tolist(), found.j.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert all(i < j for i, j in pairs)
    assert len(pairs) < 25 * len(blocks)
    assert 0 <= found.weight.min() <= found.weight.max() <= 1
    whole = found.between(0, 400)
    assert np.array_equal(whole, whole.T)
    assert np.array_equal(found.between(100, 150), whole[100:150, 100:150])
    assert np.count_nonzero(whole) == 2 * np.count_nonzero(found.weight)
