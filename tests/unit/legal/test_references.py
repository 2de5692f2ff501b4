"""Cross-references and what they point at."""

import random

import pytest

from models.legal import ReferenceStatus
from models.outline import Node, NodeKind, Outline
from models.span import Span
from services.legal.references import references
from services.outline.outline import outline_of as read_outline
from tests.bench.legal.made import LANGUAGES, made
from tests.unit.outline.samples import plain

ACT = """\
Article I Purpose
Section 1. See section 2(b)(1), sections 2 to 4, and the following section.
Section 2. Under this Act:
(a) paragraph (b)(2) above, or clause (9);
(b) that is:
(1) paragraph (2), this subsection, or subsection (a);
(2) the preceding paragraph.
Section 3. As in paragraphs (1) and (2) of subsection (b) of section 2, or in Article II.
Article II Rest
Section 4. See §§ 1-3, section 77, section 5 of the Clean Air Act, and 25 U.S.C. § 3.
"""


def outline_of(text: str) -> Outline:
    """A part for each line: articles, sections, letters, figures."""
    starts = [i for i in range(len(text)) if i == 0 or text[i - 1] == "\n"]
    depths = [_depth(text[start:].split(maxsplit=1)[0]) for start in starts]
    nodes: list[Node] = []
    above: list[int] = []
    for i, (start, depth) in enumerate(zip(starts, depths, strict=True)):
        while above and depths[above[-1]] >= depth:
            above.pop()
        first, second = text[start:].split(maxsplit=2)[:2]
        label = first if first.startswith("(") else f"{first} {second}".rstrip(".")
        end = next(
            (s for s, d in zip(starts[i + 1 :], depths[i + 1 :], strict=True) if d <= depth), len(text)
        )
        kind = (NodeKind.ARTICLE, NodeKind.SECTION, NodeKind.ITEM, NodeKind.ITEM)[depth]
        number = label.rpartition(" ")[2].strip("()")
        own = Span(start, start + len(label))
        nodes.append(Node(Span(start, end), kind, len(above), above[-1] if above else None, own, number))
        above.append(i)
    return Outline(tuple(nodes))


def _depth(word: str) -> int:
    return {"Article": 0, "Section": 1}.get(word, 2 if word.strip("()").isalpha() else 3)


def told(text: str, outline: Outline) -> dict[str, tuple[ReferenceStatus, list[str]]]:
    """Each reference with what the parts that it points at are called."""
    nodes = outline.nodes
    return {
        ref.span.of(text): (ref.status, [(nodes[i].label or nodes[i].span).of(text) for i in ref.targets])
        for ref in references(text, outline)
    }


RESOLVED, UNRESOLVED, EXTERNAL = (
    ReferenceStatus.RESOLVED,
    ReferenceStatus.UNRESOLVED,
    ReferenceStatus.EXTERNAL,
)


@pytest.mark.parametrize(
    ("wording", "status", "targets"),
    [
        ("section 2(b)(1)", RESOLVED, ["(1)"]),
        ("sections 2 to 4", RESOLVED, ["Section 2", "Section 4"]),
        ("following section", RESOLVED, ["Section 2"]),
        ("paragraph (b)(2) above", RESOLVED, ["(2)"]),
        ("clause (9)", UNRESOLVED, []),
        ("paragraph (2)", RESOLVED, ["(2)"]),
        ("this subsection", RESOLVED, ["(b)"]),
        ("subsection (a)", RESOLVED, ["(a)"]),
        ("preceding paragraph", RESOLVED, ["(1)"]),
        ("paragraphs (1) and (2) of subsection (b) of section 2", RESOLVED, ["(1)", "(2)"]),
        ("Article II", RESOLVED, ["Article II"]),
        ("§§ 1-3", RESOLVED, ["Section 1", "Section 2", "Section 3"]),
        ("section 77", UNRESOLVED, []),
        ("section 5", EXTERNAL, []),
        ("§ 3", EXTERNAL, []),
    ],
)
def test_a_reference_points_at_its_part(wording: str, status: ReferenceStatus, targets: list[str]) -> None:
    assert told(ACT, outline_of(ACT))[wording] == (status, targets)


def test_what_a_part_is_called_is_no_reference() -> None:
    own = {node.label.start for node in outline_of(ACT).nodes if node.label}
    assert own.isdisjoint(ref.span.start for ref in references(ACT, outline_of(ACT)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reference_of_a_made_up_statute_is_resolved(language: str) -> None:
    statute = made(language, 7)
    by_start = {ref.span.start: ref for ref in references(statute.text, statute.outline)}
    for span, targets, is_external in statute.expected:
        found = by_start[span.start]
        assert (found.span, found.targets) == (span, targets), span.of(statute.text)
        assert (found.status is EXTERNAL) == is_external


def test_figures_below_brackets_are_not_taken_for_sections() -> None:
    text, tree, expected = made("de", 7)
    outline = read_outline(plain(text))
    found = {
        ref.span: [outline.nodes[i].span.start for i in ref.targets] for ref in references(text, outline)
    }
    assert [found[span] for span, _, _ in expected] == [
        [tree.nodes[i].span.start for i in targets] for _, targets, _ in expected
    ]


def test_numbers_in_words_are_read() -> None:
    text = "ARTICLE ONE\nPURPOSE\nAs Articles One and Two and Article 2 say.\nArticle II\nPart One is easy."
    outline = read_outline(plain(text))
    assert [(ref.span.of(text), ref.targets) for ref in references(text, outline)] == [
        ("Articles One and Two", (0, 1)),
        ("Article 2", (1,)),
        ("Part One", ()),
    ]


AMENDING = """\
Section 1. The Water Act is amended as follows.
Section 2. Section 5 of the Clean Air Act (42 U.S.C. 7401) is amended—
(a) in section 1, by striking all; and
(b) by adding “as in section 1 thereof”, as amended by section 3.
Section 3. This section applies to section 1.
"""


def test_what_stands_in_another_law_or_in_a_quotation_is_external() -> None:
    outline = outline_of(AMENDING)
    found = [(ref.span.of(AMENDING), ref.status) for ref in references(AMENDING, outline)]
    assert found == [
        ("Section 5", EXTERNAL),
        ("section 1", EXTERNAL),
        ("section 1", EXTERNAL),
        ("section 3", RESOLVED),
        ("This section", RESOLVED),
        ("section 1", RESOLVED),
    ]


def test_another_contract_is_external_and_this_one_is_not() -> None:
    text = (
        "Section 1. This Lease Agreement.\n"
        "Section 2. Section 1 of the Loan Agreement, Section 1 of the Lease Agreement.\n"
    )
    found = [ref.status for ref in references(text, outline_of(text))]
    assert found == [EXTERNAL, RESOLVED]


@pytest.mark.parametrize(
    "text",
    [
        "Section 1" + "(a)" * 20_000,
        "Section 1" + ", 2" * 20_000,
        "sections 1 to " * 2_000,
        "of this section paragraph (a) " * 1_000,
        "§" * 40_000,
        "Section " * 4_000,
        "“" * 40_000,
        "Article I of Article I of " * 1_000,
        "Section 1.1.1.1.1.1.1.1.1.1.1 and (a) " * 500,
    ],
    ids=range(9),
)
def test_hostile_texts_end(text: str) -> None:
    node = Node(Span(0, len(text)), NodeKind.SECTION, 0, None, None, "1")
    assert all(ref.span.end <= len(text) for ref in references(text, Outline((node,))))


def test_numbers_that_all_parts_share_are_looked_up_in_reasonable_time() -> None:
    """Two thousand parts called 1 in one parent, and twice as many references to them."""
    count = 2_000
    text = "(1) paragraph (1), section 1.\n" * count
    size = len(text) // count
    nodes = [Node(Span(0, len(text)), NodeKind.SECTION, 0, None, None, "1")]
    for i in range(count):
        start = i * size
        nodes.append(Node(Span(start, start + size), NodeKind.ITEM, 1, 0, Span(start, start + 3), "1"))
    assert len(references(text, Outline(tuple(nodes)))) == 2 * count


def test_the_same_text_gives_the_same_references() -> None:
    statute = made("en", random.Random(3).randrange(100))
    assert references(statute.text, statute.outline) == references(statute.text, statute.outline)
