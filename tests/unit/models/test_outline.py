"""The tree of parts: what it refuses, and what it finds again."""

import pytest

from models.outline import Node, NodeKind, Outline, titled
from models.span import Span

TEXT = "1. Term\n(a) one\n(b) two\n2. End"
NODES = (
    Node(Span(0, 23), NodeKind.SECTION, 0, None, Span(0, 1), "1", "Term", Span(3, 7)),
    Node(Span(8, 15), NodeKind.ITEM, 1, 0, Span(8, 11), "a"),
    Node(Span(16, 23), NodeKind.ITEM, 1, 0, Span(16, 19), "b"),
    Node(Span(24, 30), NodeKind.SECTION, 0, None, Span(24, 25), "2", "End", Span(27, 30)),
)
OUTLINE = Outline(NODES)


def test_the_innermost_part_holds_an_offset() -> None:
    owners = [OUTLINE.at(offset) for offset in range(len(TEXT) + 1)]
    assert owners == [0] * 8 + [1] * 7 + [0] + [2] * 7 + [None] + [3] * 6 + [None]


def test_children_and_ancestors() -> None:
    assert OUTLINE.children() == (0, 3)
    assert OUTLINE.children(0) == (1, 2)
    assert OUTLINE.children(3) == ()
    assert OUTLINE.ancestors(2) == (0,)


def test_the_parts_around_an_offset_and_those_that_begin_in_a_span() -> None:
    assert OUTLINE.around(17) == (0, 2)
    assert OUTLINE.around(23) == ()
    assert [*OUTLINE.starting_in(Span(1, 17))] == [1, 2]


def test_titles_say_what_is_printed() -> None:
    assert titled(NODES[0], TEXT) == "1 Term"
    assert titled(NODES[2], TEXT) == "(b)"
    assert titled(Node(Span(0, 7), NodeKind.PREAMBLE), TEXT) == "preamble"


@pytest.mark.parametrize(
    "nodes",
    [
        [Node(Span(0, 5), NodeKind.ITEM, 1)],
        [Node(Span(0, 5), NodeKind.ITEM), Node(Span(4, 6), NodeKind.ITEM)],
        [Node(Span(0, 5), NodeKind.ITEM), Node(Span(2, 6), NodeKind.ITEM, 1, 0)],
        [Node(Span(0, 5), NodeKind.ITEM, 1, 1), Node(Span(2, 6), NodeKind.ITEM)],
        [Node(Span(0, 5), NodeKind.ITEM, label=Span(4, 6))],
        [
            Node(Span(0, 9), NodeKind.ITEM),
            Node(Span(10, 12), NodeKind.ITEM),
            Node(Span(2, 6), NodeKind.ITEM, 1, 0),
        ],
    ],
)
def test_what_is_no_tree_of_spans_is_refused(nodes: list[Node]) -> None:
    with pytest.raises(ValueError, match=r"parts|parents|level|numbers"):
        Outline(tuple(nodes))
