"""Parts as they are cited and shown."""

import pytest

from models.outline import Node, NodeKind, Outline
from models.span import Span
from services.outline.citing import citation
from services.outline.form import outline_form

KINDS = NodeKind


def chain(*parts: tuple[NodeKind, str]) -> Outline:
    """Parts one inside the other."""
    size = len(parts)
    return Outline(
        tuple(
            Node(Span(i, 2 * size - i), kind, i, i - 1 if i else None, number=number)
            for i, (kind, number) in enumerate(parts)
        )
    )


@pytest.mark.parametrize(
    ("parts", "cited"),
    [
        (
            [(KINDS.ARTICLE, "5"), (KINDS.SECTION, "2"), (KINDS.ITEM, "a"), (KINDS.ITEM, "ii")],
            "Art. 5 § 2 (a)(ii)",
        ),
        ([(KINDS.PARAGRAPH, "12")], "12"),
        ([(KINDS.PARAGRAPH, "4"), (KINDS.PARAGRAPH, "4.2"), (KINDS.ITEM, "b")], "4.2 (b)"),
        ([(KINDS.SECTION, "4"), (KINDS.PARAGRAPH, "4.2")], "§ 4.2"),
        ([(KINDS.ARTICLE, "II"), (KINDS.PARAGRAPH, "2.3")], "Art. II § 2.3"),
        ([(KINDS.HEADING, ""), (KINDS.SCHEDULE, "1"), (KINDS.PARAGRAPH, "3")], "Sched. 1 (3)"),
        ([(KINDS.HEADING, "")], ""),
    ],
)
def test_numbers_from_the_outermost_part(parts: list[tuple[NodeKind, str]], cited: str) -> None:
    assert citation(chain(*parts), len(parts) - 1) == cited


def test_a_definition_without_a_number_is_cited_by_its_term() -> None:
    parts = (
        Node(Span(0, 9), KINDS.SECTION, number="1"),
        Node(Span(2, 9), KINDS.DEFINITION, 1, 0, heading="Rent"),
    )
    assert citation(Outline(parts), 1) == "§ 1 “Rent”"


def test_the_form_names_every_part() -> None:
    text = "1. Term\n(a) one"
    parts = (
        Node(Span(0, 15), KINDS.SECTION, 0, None, Span(0, 1), "1", "Term", Span(3, 7)),
        Node(Span(8, 15), KINDS.ITEM, 1, 0, Span(8, 11), "a"),
    )
    first, second = outline_form(Outline(parts), text)
    assert first == {
        "index": 0,
        "kind": "section",
        "level": 0,
        "number": "1",
        "label": "1",
        "heading": "Term",
        "citation": "§ 1",
        "parent": None,
        "children": [1],
        "span": [0, 15],
        "label_span": [0, 1],
        "heading_span": [3, 7],
    }
    assert (second["label"], second["citation"], second["parent"]) == ("(a)", "§ 1 (a)", 0)
